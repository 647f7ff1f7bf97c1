using System.Globalization;
using System.Text;
using Prometheus;

namespace Shop.Tests.Running;

/// <summary>The metrics of the test process itself, as a scrape would see them.</summary>
public static class OwnMetrics
{
    /// <summary>A series' value, or 0 where there is none yet.</summary>
    /// <param name="series">The name and labels as they stand in the text format.</param>
    public static async Task<double> Read(string series) => (await Page())
        .Split('\n')
        .Where(line => line.StartsWith(series + " ", StringComparison.Ordinal))
        .Sum(line => double.Parse(line[(series.Length + 1)..], CultureInfo.InvariantCulture));

    /// <summary>The whole page.</summary>
    public static async Task<string> Page()
    {
        using var page = new MemoryStream();
        await Metrics.DefaultRegistry.CollectAndExportAsTextAsync(page);
        return Encoding.UTF8.GetString(page.ToArray());
    }
}
