using NUnit.Framework;

namespace Shop.Tests.Database;

/// <summary>Tests that migrate, each on an empty database of its own.</summary>
public abstract class MigrationTests
{
    TemporaryServer server = null!;

    private protected OwnedDatabase Database { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task StartServer() => server = await TemporaryServer.Start();

    [OneTimeTearDown]
    public ValueTask StopServer() => server.DisposeAsync();

    [SetUp]
    public async Task CreateDatabase() => Database = new(await server.CreateDatabase());
}
