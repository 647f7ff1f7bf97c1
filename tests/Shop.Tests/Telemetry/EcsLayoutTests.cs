using System.Text.Json;
using NLog;
using NUnit.Framework;
using Shop.Shared.Telemetry;

namespace Shop.Tests.Telemetry;

/// <summary>A log line as a document of Elastic Common Schema.</summary>
sealed class EcsLayoutTests
{
    static readonly (string Property, string Field)[] Numbers =
    [
        ("status", "http.response.status_code"), ("duration", "event.duration"), ("order_id", "shop.order_id"), ("product_id", "shop.product_id"), ("user_id", "shop.user_id"),
    ];

    [TestCaseSource(nameof(Numbers))]
    public void A_number_is_one((string Property, string Field) number)
    {
        var document = Document(number.Property, 9_007_199_254_740_993);

        Assert.That(document.GetProperty(number.Field).GetInt64(), Is.EqualTo(9_007_199_254_740_993));
    }

    [TestCaseSource(nameof(Numbers))]
    public void What_a_library_calls_so_and_is_no_number_is_left_out((string Property, string Field) number)
    {
        foreach (var value in new object?[] { "very \"slow\"", "", null, TimeSpan.FromSeconds(1) })
        {
            Assert.That(Document(number.Property, value).TryGetProperty(number.Field, out _), Is.False, $"{value}");
        }
    }

    static JsonElement Document(string property, object? value)
    {
        var line = new LogEventInfo(LogLevel.Info, "Library", "A line.");
        line.Properties[property] = value;
        return JsonElement.Parse(new EcsLayout().Render(line));
    }
}
