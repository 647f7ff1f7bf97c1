using System.Globalization;
using Spectre.Console;

namespace Shop.Drill;

/// <summary>A table of what was found and how soon: live in a terminal; elsewhere a line an event, and the table in Markdown at the end.</summary>
sealed class Scoreboard
{
    const int WidthOfFiles = 120;

    readonly Lock gate = new();
    readonly List<(Fault, ExpectedAlert)> rows;
    readonly Table table = new Table()
        .AddColumn("fault")
        .AddColumn("alert")
        .AddColumn("seconds to fire", column => column.RightAligned())
        .AddColumn("seconds to resolve", column => column.RightAligned());

    LiveDisplayContext? live;

    public Scoreboard(IEnumerable<Fault> faults)
    {
        rows = [.. from fault in faults from alert in fault.Alerts select (fault, alert)];
        foreach (var (fault, alert) in rows)
        {
            table.AddRow(fault.Name, alert.Name, "", "");
        }
    }

    /// <summary>Shows it while something goes on.</summary>
    public async Task<bool> Show(Func<Task<bool>> drill)
    {
        if (AnsiConsole.Profile.Out.IsTerminal)
        {
            return await AnsiConsole.Live(table).StartAsync(context =>
            {
                live = context;
                return drill();
            });
        }

        AnsiConsole.Profile.Width = WidthOfFiles;
        var isWell = await drill();
        AnsiConsole.Write(table.MarkdownBorder());
        return isWell;
    }

    /// <summary>The webhook was told.</summary>
    public void Tell(Fault fault, ExpectedAlert alert, string status, TimeSpan after) =>
        Set(fault, alert, status, Seconds(after), $"{fault.Name}: {alert.Name} is {status} after {Seconds(after)} s");

    /// <summary>It was not.</summary>
    public void GiveUp(Fault fault, ExpectedAlert alert, string status, TimeSpan limit) =>
        Set(fault, alert, status, $"not in {Seconds(limit)}", $"{fault.Name}: {alert.Name} is not {status} after {Seconds(limit)} s");

    /// <summary>It is still waited for.</summary>
    public void Wait(Fault fault, ExpectedAlert alert, string status, TimeSpan since) => Set(fault, alert, status, $"{Seconds(since)} …", line: null);

    void Set(Fault fault, ExpectedAlert alert, string status, string text, string? line)
    {
        lock (gate)
        {
            table.UpdateCell(rows.IndexOf((fault, alert)), status == "firing" ? 2 : 3, text);
            if (live is not null)
            {
                live.Refresh();
            }
            else if (line is not null)
            {
                Console.WriteLine(line);
            }
        }
    }

    static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
}
