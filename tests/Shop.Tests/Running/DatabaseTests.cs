using NUnit.Framework;

namespace Shop.Tests.Running;

/// <summary>Tests that need a PostgreSQL server. Other fixtures that run at the same time have others.</summary>
public abstract class DatabaseTests
{
    /// <summary>Server settings under which statements wait for the test, on however slow a machine.</summary>
    protected const string Patient = "-c lock_timeout=60s -c statement_timeout=60s -c idle_in_transaction_session_timeout=60s";

    /// <summary>The server and its shops.</summary>
    protected Sandbox Sandbox { get; private set; } = null!;

    /// <summary>The server. Its rows are those of the test before, unless <see cref="PostgresServer.Empty"/> is called.</summary>
    protected PostgresServer Database => Sandbox.Database;

    /// <summary>Fixtures of a kind take over each other's sandboxes.</summary>
    protected virtual string Kind => "no shop";

    [OneTimeSetUp]
    public async Task RentSandbox() => Sandbox = await Sandbox.Rent(Kind);

    [OneTimeTearDown]
    public Task ReturnSandbox() => Sandbox.Return();
}
