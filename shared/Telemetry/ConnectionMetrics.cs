using System.Diagnostics.Metrics;
using Prometheus;

namespace Shop.Shared.Telemetry;

/// <summary>
/// The connection pool and the commands, as Npgsql's meter measures them, under Prometheus names. prometheus-net's <c>MeterAdapter</c> does not allow other
/// names than the meter's, publishes counters as gauges, and creates a series only at its first measurement.
/// </summary>
static class ConnectionMetrics
{
    const string Pool = "db.client.connection.pool.name";

    static readonly Gauge Connections = Metrics.CreateGauge(
        "npgsql_pool_connections", "Connections, by pool and state: idle or used.", ["pool", "state"]);

    static readonly Gauge MaxConnections = Metrics.CreateGauge("npgsql_pool_max_connections", "Maximum number of connections in the pool.", ["pool"]);

    static readonly Gauge Executing = Metrics.CreateGauge("npgsql_commands_executing", "Commands that PostgreSQL is executing.");

    static readonly Counter Failed = Metrics.CreateCounter("npgsql_commands_failed_total", "Commands that failed.");

    static readonly Histogram Duration = Metrics.CreateHistogram(
        "npgsql_command_duration_seconds", "Time from sending a command until its response was read.",
        new HistogramConfiguration { Buckets = [.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5] });

    // With two hosts in the connection string a pool is measured once a host; what is shown is the sum.
    static readonly Dictionary<Gauge.Child, double> Sums = [];

    delegate void Recorder(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags);

    /// <summary>Publishes the metrics and subscribes to Npgsql's meter.</summary>
    public static void Start()
    {
        Executing.Publish();
        Failed.Publish();
        Duration.Publish();
        var listener = new MeterListener { InstrumentPublished = Subscribe };
        listener.SetMeasurementEventCallback<int>((_, value, tags, recorder) => ((Recorder)recorder!)(value, tags));
        listener.SetMeasurementEventCallback<double>((_, value, tags, recorder) => ((Recorder)recorder!)(value, tags));
        listener.Start();
        // Pages are created one after the other, as MetricsPage does.
        Metrics.DefaultRegistry.AddBeforeCollectCallback(() =>
        {
            Sums.Clear();
            listener.RecordObservableInstruments();
            foreach (var (gauge, sum) in Sums)
            {
                gauge.Set(sum);
            }
        });
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
        "db.client.connection.count" => (value, tags) => Add(Connections.WithLabels(Tag(tags, Pool), Tag(tags, "db.client.connection.state")), value),
        "db.client.connection.max" => (value, tags) => Add(MaxConnections.WithLabels(Tag(tags, Pool)), value),
        "db.client.operation.npgsql.executing" => (value, _) => Executing.Inc(value),
        "db.client.operation.failed" => (value, _) => Failed.Inc(value),
        "db.client.operation.duration" => (value, _) => Duration.Observe(value),
        _ => null,
    };

    static void Add(Gauge.Child gauge, double value) => Sums[gauge] = Sums.GetValueOrDefault(gauge) + value;

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
