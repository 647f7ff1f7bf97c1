using System.Diagnostics;
using Microsoft.Extensions.Logging;
using NLog;
using NLog.Web;

namespace Shop.Shared.Telemetry;

/// <summary>Logging through NLog, as <c>nlog.config</c> beside the host says.</summary>
static class Logging
{
    public static void AddShopLogging(this ILoggingBuilder logging)
    {
        LogManager.Setup()
            .SetupExtensions(extensions => extensions.RegisterLayoutRenderer("trace-id", _ => Activity.Current?.TraceId.ToHexString() ?? "-"))
            .LoadConfigurationFromFile(Path.Combine(AppContext.BaseDirectory, "nlog.config"), optional: false);
        logging.ClearProviders().AddNLogWeb();
    }
}
