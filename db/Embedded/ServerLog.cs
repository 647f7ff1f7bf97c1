namespace Shop.Database.Embedded;

/// <summary>What a server that did not start has left in its log.</summary>
sealed class ServerLog
{
    static readonly string[] Severities = ["PANIC:", "FATAL:", "ERROR:"];

    readonly string[] lines;

    ServerLog(string[] lines) => this.lines = lines;

    /// <summary>The last line that tells of a fault, or else the last line, or null where there is none.</summary>
    public string? Complaint => lines.Select(Fault).LastOrDefault(fault => fault is not null) ?? lines.LastOrDefault();

    public bool TellsOfTakenPort => lines.Any(line => line.Contains("could not bind", StringComparison.Ordinal));

    public static ServerLog Read(string path) => new(File.Exists(path) ? File.ReadAllLines(path) : []);

    // A line is: time, process, severity, message.
    static string? Fault(string line) => Severities
        .Select(severity => line.IndexOf(severity, StringComparison.Ordinal))
        .Where(start => start >= 0)
        .Select(start => line[start..])
        .FirstOrDefault();
}
