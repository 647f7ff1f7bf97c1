using Microsoft.AspNetCore.Http;
using NUnit.Framework;

namespace Shop.Tests.Telemetry.Elasticsearch;

/// <summary>A strict <c>_bulk</c> of its own for each test, which ends with a ledger that agrees with what is there, to the line.</summary>
public abstract class BulkTests
{
    private protected BulkServer Server { get; private set; } = null!;

    [SetUp]
    public async Task StartServer() => Server = await BulkServer.Start();

    [TearDown]
    public async Task StopServer()
    {
        await Server.DisposeAsync();
        Assert.That(Server.Complaints, Is.Empty);
    }

    private protected static async Task<bool> Answered(HttpContext http, int status, bool isRefused = true)
    {
        if (isRefused)
        {
            http.Response.StatusCode = status;
            await http.Response.WriteAsync($$"""{"status": {{status}}}""");
        }

        return isRefused;
    }

    private protected void MustHaveShipped(int lines, LedgerPage ledger)
    {
        MustBeTrue(ledger);
        Assert.That((ledger.Emitted, ledger.Shipped), Is.EqualTo((lines, lines)), ledger.ToString());
    }

    /// <summary>Each line is accounted for, and there is what was shipped.</summary>
    private protected void MustBeTrue(LedgerPage ledger)
    {
        Assert.That(ledger.IsTrue, ledger.ToString());
        Assert.That(Server.Documents, Has.Count.EqualTo(ledger.Shipped), ledger.ToString());
    }
}
