using NLog;
using NLog.Config;
using NLog.Targets;
using Shop.Shared.Telemetry;
using Shop.Shared.Telemetry.Elasticsearch;

namespace Shop.Tests.Telemetry.Elasticsearch;

/// <summary>A target in the process of the tests, in a hurry, with a console that is read.</summary>
sealed class ShippedLog : IAsyncDisposable
{
    readonly LogFactory factory = new();
    readonly MemoryTarget console = new() { Layout = "${message}" };
    readonly LedgerPage before;

    ShippedLog(LedgerPage before) => this.before = before;

    /// <summary>What the operator was told.</summary>
    public IList<string> Console => console.Logs;

    public static async Task<ShippedLog> Start(Uri address, Action<ElasticSearchTarget>? change = null)
    {
        var log = await Make();
        var target = new ElasticSearchTarget { Uri = address.ToString(), MaxBatchMilliseconds = 20, LockedOutMilliseconds = 500, CloseMilliseconds = 2_000 };
        change?.Invoke(target);
        var configuration = new LoggingConfiguration(log.factory);
        configuration.AddRuleForAllLevels(log.console);
        configuration.AddRuleForAllLevels(target);
        log.factory.Configuration = configuration;
        return log;
    }

    /// <summary>The same as a file configures it.</summary>
    public static async Task<ShippedLog> Configured(string xml)
    {
        var log = await Make();
        log.factory.Configuration = XmlLoggingConfiguration.CreateFromXmlString(xml, log.factory);
        return log;
    }

    /// <summary>Logs so many lines, each with its number.</summary>
    public void Say(int lines, string text = "line")
    {
        var logger = factory.GetLogger("Test");
        for (var i = 0; i < lines; i++)
        {
            logger.Info("{text} {number}", text, i);
        }
    }

    public void Fail(Exception fault) => factory.GetLogger("Test").Error(fault, "failed");

    /// <summary>What became of the lines of this log, at this moment.</summary>
    public async Task<LedgerPage> Ledger() => LedgerPage.Of(await OwnMetrics.Page()).Since(before);

    /// <summary>Waits until the fate of each line is known.</summary>
    public async Task<LedgerPage> Settled()
    {
        await Wait.Until(async () => (await Ledger()).Queued == 0, "every line to be settled");
        return await Ledger();
    }

    /// <summary>Closes it as a process that ends does.</summary>
    public Task Close() => Task.Run(() => factory.Configuration = null).Soon();

    public async ValueTask DisposeAsync()
    {
        await Close();
        factory.Dispose();
    }

    static async Task<ShippedLog> Make()
    {
        var log = new ShippedLog(LedgerPage.Of(await OwnMetrics.Page()));
        log.factory.Setup().SetupExtensions(extensions => extensions.RegisterShop());
        return log;
    }
}
