using System.Diagnostics;
using System.Text.Json;
using Dapper;
using FluentValidation;
using NLog;
using Prometheus;
using Shop.Shared.Telemetry;

namespace Shop.Shared.Hosting;

/// <summary>Process-wide settings of the libraries. No other file sets one, except that <see cref="Logging"/> loads NLog's configuration.</summary>
public static class LibrarySettings
{
    // ASP.NET creates the activity of a request, and with it the trace id, only if somebody listens, or if a log category of its own is on.
    static readonly ActivityListener Requests = new()
    {
        ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
        Sample = (ref _) => ActivitySamplingResult.PropagationData,
    };

    /// <summary>
    /// Applies the settings. A host calls this before it uses a library: a validator reads the resolver, and a metric the exemplar behavior, only
    /// when it is created. May be called again.
    /// </summary>
    /// <param name="exemplars">Whether counters and histograms record the trace of a request as an exemplar.</param>
    public static void Apply(bool exemplars)
    {
        // A traceparent of a later version may be longer. Without this, Activity takes it for an id of the hierarchical format, which has no trace id.
        Activity.ForceDefaultIdFormat = true;
        ActivitySource.AddActivityListener(Requests);

        // Validation errors name a member as in JSON.
        ValidatorOptions.Global.PropertyNameResolver = (_, member, _) => member is null ? null : JsonNamingPolicy.SnakeCaseLower.ConvertName(member.Name);

        DefaultTypeMap.MatchNamesWithUnderscores = true;

        // NLog's own shutdown at process exit waits without a limit; see Logging.Close.
        LogManager.AutoShutdown = false;
        LogManager.Setup().SetupExtensions(extensions => extensions.RegisterShop());

        // The adapters of event counters and meters would add 200 series; RuntimeMetrics and ConnectionMetrics have the ones in use.
        Metrics.SuppressDefaultMetrics(new SuppressDefaultMetricOptions { SuppressEventCounters = true, SuppressMeters = true, SuppressDebugMetrics = true });

        // One exemplar per second and series is enough, because each allocates.
        Metrics.DefaultFactory.ExemplarBehavior = exemplars
            ? new ExemplarBehavior { DefaultExemplarProvider = (_, _) => Exemplar.FromTraceContext(), NewExemplarMinInterval = TimeSpan.FromSeconds(1) }
            : ExemplarBehavior.NoExemplars();
    }
}
