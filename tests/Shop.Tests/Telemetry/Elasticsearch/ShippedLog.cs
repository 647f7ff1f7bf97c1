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
    readonly Ledger ledger = new();

    ShippedLog(Func<ShippedLog, LoggingConfiguration> configure)
    {
        factory.Setup().SetupExtensions(extensions => extensions.RegisterShop());
        factory.Configuration = configure(this);
    }

    /// <summary>What the operator was told.</summary>
    public IList<string> Console => console.Logs;

    public static ShippedLog Start(Uri address, Action<ElasticSearchTarget>? change = null) => new(log =>
    {
        var target = new ElasticSearchTarget
        {
            Uri = address.ToString(),
            Ledger = log.ledger,
            MaxBatchMilliseconds = 20,
            LockedOutMilliseconds = 500,
            CloseMilliseconds = 2_000,
        };
        change?.Invoke(target);
        var configuration = new LoggingConfiguration(log.factory);
        configuration.AddRuleForAllLevels(log.console);
        configuration.AddRuleForAllLevels(target);
        return configuration;
    });

    /// <summary>As a file configures it. Its ledger is that of the process.</summary>
    public static ShippedLog Configured(string xml) => new(log => XmlLoggingConfiguration.CreateFromXmlString(xml, log.factory));

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
    public LedgerPage Ledger => LedgerPage.Of(ledger.Read());

    /// <summary>Waits until the fate of each line is known.</summary>
    public async Task<LedgerPage> Settled()
    {
        await Wait.Until(() => Task.FromResult(Ledger.Queued == 0), "every line to be settled");
        return Ledger;
    }

    /// <summary>Closes it as a process that ends does.</summary>
    public Task Close() => Task.Run(() => factory.Configuration = null).Soon();

    public async ValueTask DisposeAsync()
    {
        await Close();
        factory.Dispose();
    }
}
