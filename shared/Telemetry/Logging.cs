using System.Diagnostics;
using Microsoft.Extensions.Logging;
using NLog;
using NLog.Web;
using Shop.Shared.Hosting;

namespace Shop.Shared.Telemetry;

/// <summary>Logging through NLog, as <c>nlog.config</c> beside the host says.</summary>
static class Logging
{
    public static void AddShopLogging(this ILoggingBuilder logging, ServiceName service, LogFormat format)
    {
        GlobalDiagnosticsContext.Set("service", service.Value);
        LogManager.Setup()
            .SetupExtensions(extensions => extensions
                .RegisterLayoutRenderer("trace-id", _ => Activity.Current?.TraceId.ToHexString() ?? "")
                .RegisterLayoutRenderer("span-id", _ => Activity.Current?.SpanId.ToHexString() ?? ""))
            .LoadConfigurationFromFile(Path.Combine(AppContext.BaseDirectory, "nlog.config"), optional: false);
        LogManager.Configuration!.RemoveTarget(format == LogFormat.Ecs ? "text" : "ecs");
        LogManager.ReconfigExistingLoggers();
        logging.ClearProviders().AddNLogWeb();
    }
}
