using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Shop.Shared.Hosting;

/// <summary>How JSON is written and read, in one place: members in snake_case, names case-sensitive, times in UTC.</summary>
static class Json
{
    /// <summary>Sets <paramref name="options"/> up for the modules' types and what every host answers of itself.</summary>
    public static void Configure(JsonSerializerOptions options, IEnumerable<IModule> modules)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.PropertyNameCaseInsensitive = false;
        // Whoever puts an answer into a page of HTML must escape it there; here it would only be hard to read.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.Converters.Add(new TextConverter());
        options.Converters.Add(new WholeNumberConverter());
        options.Converters.Add(new DecimalConverter());
        options.Converters.Add(new UtcTimeConverter());
        options.TypeInfoResolverChain.Clear();
        options.TypeInfoResolverChain.Add(HostingJson.Default);
        foreach (var module in modules)
        {
            options.TypeInfoResolverChain.Add(module.Json);
        }
    }
}

/// <summary>ISO 8601 in UTC with three digits of a second.</summary>
sealed class UtcTimeConverter : JsonConverter<DateTime>
{
    public override DateTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("No request has a time.");

    public override void Write(Utf8JsonWriter writer, DateTime value, JsonSerializerOptions options)
    {
        Span<char> text = stackalloc char[24];
        value.TryFormat(text, out var length, "yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        writer.WriteStringValue(text[..length]);
    }
}
