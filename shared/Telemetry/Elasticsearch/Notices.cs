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

        Say(LogLevel.Warn, message);
        return true;
    }

    public void Info(string message) => Say(LogLevel.Info, message);

    /// <summary>Says it and returns when that is done: the last word.</summary>
    public void InfoNow(string message) => log.Info("{0}", message);

    // While NLog closes the target it holds a lock that whoever logs to it needs, and waits for those who say this.
    void Say(LogLevel level, string message) => Task.Run(() => log.Log(level, "{0}", message));
}
