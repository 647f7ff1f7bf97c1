using System.Diagnostics;
using Microsoft.Extensions.Logging;
using NLog;
using NLog.Web;
using Shop.Shared.Hosting;

namespace Shop.Shared.Telemetry;

/// <summary>Logging through NLog, as <c>nlog.config</c> beside the host says.</summary>
static class Logging
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Writes what is still queued, for 5 seconds at most: a reader that has stopped reading does not keep the process.</summary>
    public static Task Close() => Task.WhenAny(Task.Run(LogManager.Shutdown), Task.Delay(Patience));

    public static void AddShopLogging(this ILoggingBuilder logging, ServiceName service, LogFormat format)
    {
        // It would wait at the process' end, without a bound.
        LogManager.AutoShutdown = false;
        GlobalDiagnosticsContext.Set("service", service.Value);
        LogManager.Setup()
            .SetupExtensions(extensions => extensions
                .RegisterLayoutRenderer("trace-id", _ => Activity.Current?.TraceId.ToHexString() ?? "")
                .RegisterLayoutRenderer("span-id", _ => Activity.Current?.SpanId.ToHexString() ?? ""))
            .LoadConfigurationFromFile(Path.Combine(AppContext.BaseDirectory, "nlog.config"), optional: false);
        LogManager.Configuration!.RemoveTarget(format == LogFormat.Ecs ? "text" : "ecs");
        LogManager.ReconfigExistingLoggers();
        logging.ClearProviders().AddNLogWeb(new NLogAspNetCoreOptions { RemoveLoggerFactoryFilter = false });
        // Why a host does not start is one line on standard error; this would add a stack trace to it.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", Microsoft.Extensions.Logging.LogLevel.Critical);
    }
}
