using System.Diagnostics.Metrics;
using Prometheus;

namespace Shop.Shared.Telemetry;

/// <summary>
/// The pool of connections to PostgreSQL and the commands on them, as Npgsql measures them (its meter <c>Npgsql</c>, with the names of
/// OpenTelemetry), under names of Prometheus.
/// </summary>
static class ConnectionMetrics
{
    static readonly Gauge Connections = Metrics.CreateGauge(
        "npgsql_pool_connections", "Connections in the pool, by whether they are in use.", ["state"]);

    static readonly Gauge MaxConnections = Metrics.CreateGauge(
        "npgsql_pool_max_connections", "Connections that the pool may have.");

    static readonly Gauge Waiting = Metrics.CreateGauge(
        "npgsql_pool_waiting_requests", "Callers that wait for a connection to be free.");

    static readonly Counter Timeouts = Metrics.CreateCounter(
        "npgsql_pool_timeouts_total", "Callers that have waited in vain.");

    static readonly Gauge Executing = Metrics.CreateGauge(
        "npgsql_commands_executing", "Commands that PostgreSQL is at work on.");

    static readonly Counter Failed = Metrics.CreateCounter(
        "npgsql_commands_failed_total", "Commands that have failed, for whatever reason.");

    static readonly Histogram Duration = Metrics.CreateHistogram(
        "npgsql_command_duration_seconds", "Time from sending a command until its answer was read.",
        new HistogramConfiguration { Buckets = [.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5] });

    static readonly MeterListener Listener = new()
    {
        InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "Npgsql")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        },
    };

    public static void Start()
    {
        Listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Take(instrument.Name, value, tags));
        Listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument.Name, value, tags));
        Listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument.Name, value, tags));
        Listener.Start();
        Metrics.DefaultRegistry.AddBeforeCollectCallback(Listener.RecordObservableInstruments);
    }

    // Where Npgsql counts up and down it tells each step; where it is observed, the value as it is.
    static void Take(string instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        switch (instrument)
        {
            case "db.client.connection.count":
                Connections.WithLabels(State(tags)).Set(value);
                break;
            case "db.client.connection.max":
                MaxConnections.Set(value);
                break;
            case "db.client.connection.npgsql.pending_requests":
                Waiting.Inc(value);
                break;
            case "db.client.connection.npgsql.timeouts":
                Timeouts.Inc(value);
                break;
            case "db.client.operation.npgsql.executing":
                Executing.Inc(value);
                break;
            case "db.client.operation.failed":
                Failed.Inc(value);
                break;
            case "db.client.operation.duration":
                Duration.Observe(value);
                break;
        }
    }

    static string State(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var (name, value) in tags)
        {
            if (name == "db.client.connection.state")
            {
                return value as string == "used" ? "used" : "idle";
            }
        }

        return "idle";
    }
}
