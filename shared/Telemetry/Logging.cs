using Microsoft.Extensions.Logging;
using NLog;
using NLog.Config;
using NLog.Layouts;
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
        try
        {
            LogManager.Configuration = Configuration(service, settings);
        }
        catch (NLogConfigurationException fault)
        {
            throw new StartupException($"nlog.config cannot be used: {fault.Message} {fault.GetBaseException().Message}", fault);
        }

        logging.ClearProviders().AddNLogWeb(new NLogAspNetCoreOptions { RemoveLoggerFactoryFilter = false });
        // Why a host does not start is one line on standard error; this would add a stack trace to it.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", Microsoft.Extensions.Logging.LogLevel.Critical);
    }

    static XmlLoggingConfiguration Configuration(ServiceName service, HostSettings settings)
    {
        var configuration = new XmlLoggingConfiguration(Path.Combine(AppContext.BaseDirectory, "nlog.config"));
        configuration.Variables["service"] = Layout.FromLiteral(service.Value);
        configuration.RemoveTarget(settings.LogFormat == LogFormat.Ecs ? "text" : "ecs");
        if (settings.Elasticsearch is { } elasticsearch)
        {
            SetVariables(configuration, elasticsearch);
        }
        else
        {
            configuration.RemoveTarget("elasticsearch");
        }

        return configuration;
    }

    static void SetVariables(XmlLoggingConfiguration configuration, ElasticsearchSettings settings)
    {
        (string Name, string? Value)[] variables =
        [
            ("url", settings.Url), ("index", settings.Index), ("username", settings.Username), ("password", settings.Password),
            ("api_key", settings.ApiKey), ("ca_file", settings.CaFile),
        ];
        foreach (var (name, value) in variables)
        {
            configuration.Variables[$"elasticsearch.{name}"] = Layout.FromLiteral(value ?? "");
        }
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
