using System.Diagnostics;
using NLog;

namespace Shop.Shared.Telemetry.Elasticsearch;

/// <summary>
/// What an operator is told on the console, of each kind at most once a minute. The target takes no lines of this logger: they would be about
/// themselves.
/// </summary>
sealed class Notices(Logger log)
{
    /// <summary>The logger's name.</summary>
    public const string LoggerName = "Shop.Logs";

    static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    readonly Dictionary<string, long> said = [];

    /// <summary>Says it, unless the like was said within the last minute.</summary>
    /// <returns>Whether it was said.</returns>
    public bool Warn(string kind, string message)
    {
        lock (said)
        {
            if (said.TryGetValue(kind, out var last) && Stopwatch.GetElapsedTime(last) < Pause)
            {
                return false;
            }

            said[kind] = Stopwatch.GetTimestamp();
        }

        log.Warn("{0}", message);
        return true;
    }

    public void Info(string message) => log.Info("{0}", message);
}
