using Microsoft.Extensions.Logging;
using NLog;
using NLog.Config;
using NLog.Web;
using Shop.Shared.Hosting;
using Shop.Shared.Telemetry.Elasticsearch;

namespace Shop.Shared.Telemetry;

/// <summary>Logging through NLog, as <c>nlog.config</c> beside the host says.</summary>
static class Logging
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Sends and writes what is still queued, for 5 seconds at most: neither Elasticsearch nor a reader of the console that has stopped reading keeps
    /// the process.
    /// </summary>
    public static Task Close() => Task.WhenAny(Task.Run(Finish), Task.Delay(Patience));

    public static void AddShopLogging(this ILoggingBuilder logging, ServiceName service, HostSettings settings)
    {
        // It would wait at the process' end, without a bound.
        LogManager.AutoShutdown = false;
        GlobalDiagnosticsContext.Set("service", service.Value);
        LogManager.Setup().SetupExtensions(extensions => extensions.RegisterShop());
        try
        {
            LogManager.Configuration = Configuration(settings);
        }
        catch (NLogConfigurationException fault)
        {
            throw new StartupException($"nlog.config cannot be used: {fault.Message} {fault.GetBaseException().Message}", fault);
        }

        logging.ClearProviders().AddNLogWeb(new NLogAspNetCoreOptions { RemoveLoggerFactoryFilter = false });
        // Why a host does not start is one line on standard error; this would add a stack trace to it.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", Microsoft.Extensions.Logging.LogLevel.Critical);
    }

    static XmlLoggingConfiguration Configuration(HostSettings settings)
    {
        var configuration = new XmlLoggingConfiguration(Path.Combine(AppContext.BaseDirectory, "nlog.config"));
        configuration.RemoveTarget(settings.LogFormat == LogFormat.Ecs ? "text" : "ecs");
        if (settings.Elasticsearch is { } elasticsearch)
        {
            elasticsearch.Publish();
        }
        else
        {
            configuration.RemoveTarget("elasticsearch");
        }

        return configuration;
    }

    static async Task Finish()
    {
        // Before the console is closed: it says there how it went.
        foreach (var target in LogManager.Configuration?.AllTargets.OfType<ElasticSearchTarget>() ?? [])
        {
            await target.Finish();
        }

        LogManager.Shutdown();
    }
}
