using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Prometheus;

namespace Shop.Shared.Hosting;

/// <summary>
/// Bounds the open connections of clients, on all ports together (Kestrel's own limit is one a port). A connection beyond the bound is closed at once, and
/// those that are open are served: a process that runs out of file descriptors would lose them all.
/// </summary>
sealed partial class ConnectionLimit(int max)
{
    // Descriptors for the database's connections, Elasticsearch's, files, and connections that were accepted and are being closed.
    const int Reserve = 200;

    // What POSIX systems give a process at least, where nobody says.
    const int UsualLimit = 1024;

    static readonly Gauge Open = Metrics.CreateGauge("shop_connections", "Open connections of clients.");

    static readonly Gauge Max = Metrics.CreateGauge("shop_connections_max", "Connections that clients may open; more are closed at once.");

    static readonly Counter Refused = Metrics.CreateCounter("shop_connections_refused_total", "Connections that were closed at once, because too many were open.");

    int open;

    /// <summary>Connections that a process may have by default: 10,000, or what its descriptors (RLIMIT_NOFILE) leave room for.</summary>
    public static int Default { get; } = Math.Min(10_000, Math.Max(DescriptorLimit() - Reserve, 1));

    /// <summary>Counts and bounds the connections of a port.</summary>
    public void Use(ListenOptions port)
    {
        Max.Set(max);
        port.Use(next => connection => Serve(connection, next));
    }

    async Task Serve(ConnectionContext connection, ConnectionDelegate next)
    {
        try
        {
            var count = Interlocked.Increment(ref open);
            Open.Set(count);
            if (count > max)
            {
                Refused.Inc();
                connection.Abort();
                return;
            }

            await next(connection);
        }
        finally
        {
            Open.Set(Interlocked.Decrement(ref open));
        }
    }

    // The runtime has raised the soft limit to the hard one by now.
    static int DescriptorLimit()
    {
        const string Limits = "/proc/self/limits";
        return File.Exists(Limits) && OpenFiles().Match(File.ReadAllText(Limits)) is { Success: true } match
            ? (int)Math.Min(long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), int.MaxValue)
            : UsualLimit;
    }

    [GeneratedRegex(@"^Max open files\s+(\d+)", RegexOptions.Multiline)]
    private static partial Regex OpenFiles();
}
