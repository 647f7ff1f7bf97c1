using System.Diagnostics.Metrics;
using Prometheus;

namespace Shop.Shared.Telemetry;

/// <summary>
/// The connection pool and the commands, as Npgsql's meter measures them, under Prometheus names. prometheus-net's <c>MeterAdapter</c> does not allow other
/// names than the meter's, publishes counters as gauges, and creates a series only at its first measurement.
/// </summary>
static class ConnectionMetrics
{
    static readonly Gauge Connections = Metrics.CreateGauge("npgsql_pool_connections", "Connections in the pool, by state: idle or used.", ["state"]);

    static readonly Gauge MaxConnections = Metrics.CreateGauge("npgsql_pool_max_connections", "Maximum number of connections in the pool.");

    static readonly Gauge Waiting = Metrics.CreateGauge("npgsql_pool_waiting_requests", "Callers that wait for a connection.");

    static readonly Counter Timeouts = Metrics.CreateCounter("npgsql_pool_timeouts_total", "Callers that timed out waiting for a connection.");

    static readonly Gauge Executing = Metrics.CreateGauge("npgsql_commands_executing", "Commands that PostgreSQL is executing.");

    static readonly Counter Failed = Metrics.CreateCounter("npgsql_commands_failed_total", "Commands that failed.");

    static readonly Histogram Duration = Metrics.CreateHistogram(
        "npgsql_command_duration_seconds", "Time from sending a command until its response was read.",
        new HistogramConfiguration { Buckets = [.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5] });

    delegate void Recorder(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags);

    /// <summary>Publishes the metrics and subscribes to Npgsql's meter.</summary>
    public static void Start()
    {
        Waiting.Publish();
        Timeouts.Publish();
        Executing.Publish();
        Failed.Publish();
        Duration.Publish();
        var listener = new MeterListener { InstrumentPublished = Subscribe };
        listener.SetMeasurementEventCallback<int>((_, value, tags, recorder) => ((Recorder)recorder!)(value, tags));
        listener.SetMeasurementEventCallback<double>((_, value, tags, recorder) => ((Recorder)recorder!)(value, tags));
        listener.Start();
        Metrics.DefaultRegistry.AddBeforeCollectCallback(listener.RecordObservableInstruments);
    }

    static void Subscribe(Instrument instrument, MeterListener listener)
    {
        if (instrument.Meter.Name == "Npgsql" && RecorderOf(instrument.Name) is { } recorder)
        {
            listener.EnableMeasurementEvents(instrument, recorder);
        }
    }

    // https://www.npgsql.org/doc/diagnostics/metrics.html. Observable instruments report their value, the others an increment.
    static Recorder? RecorderOf(string instrument) => instrument switch
    {
        "db.client.connection.count" => (value, tags) => Connections.WithLabels(Tag(tags, "db.client.connection.state")).Set(value),
        "db.client.connection.max" => (value, _) => MaxConnections.Set(value),
        "db.client.connection.npgsql.pending_requests" => (value, _) => Waiting.Inc(value),
        "db.client.connection.npgsql.timeouts" => (value, _) => Timeouts.Inc(value),
        "db.client.operation.npgsql.executing" => (value, _) => Executing.Inc(value),
        "db.client.operation.failed" => (value, _) => Failed.Inc(value),
        "db.client.operation.duration" => (value, _) => Duration.Observe(value),
        _ => null,
    };

    static string Tag(ReadOnlySpan<KeyValuePair<string, object?>> tags, string name)
    {
        foreach (var tag in tags)
        {
            if (tag.Key == name)
            {
                return (string)tag.Value!;
            }
        }

        return "";
    }
}
