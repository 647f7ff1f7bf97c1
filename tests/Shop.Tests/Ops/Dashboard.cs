using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Shop.Tests.Ops;

/// <summary>A dashboard of Grafana: a file in <c>ops/grafana/dashboards/</c>.</summary>
sealed partial record Dashboard(string File)
{
    /// <summary>Every one of them.</summary>
    public static IReadOnlyList<Dashboard> Every { get; } =
    [
        .. Directory.EnumerateFiles(Path.Combine(OpsFiles.Ops, "grafana", "dashboards"), "*.json", SearchOption.AllDirectories)
            .Order()
            .Select(file => new Dashboard(file)),
    ];

    public string Text { get; } = System.IO.File.ReadAllText(File);

    public JsonObject Json => field ??= JsonNode.Parse(Text)!.AsObject();

    public string Uid => (string)Json["uid"]!;

    /// <summary>Its panels, those in closed rows too; the rows themselves are none.</summary>
    public IEnumerable<Panel> Panels => Tiles.Where(tile => (string?)tile["type"] != "row").Select(tile => new Panel(this, tile));

    /// <summary>Everything that has a place on it: panels and rows.</summary>
    public IEnumerable<JsonObject> Tiles => Objects(Json["panels"]).SelectMany(tile => Objects(tile["panels"]).Prepend(tile));

    public IEnumerable<JsonObject> Variables => Objects(Json["templating"]?["list"]);

    /// <summary>What it asks Prometheus.</summary>
    public IEnumerable<Query> Queries => Panels.SelectMany(panel => panel.Queries);

    /// <summary>The name of each variable that stands somewhere in it, Grafana's own among them, without its format.</summary>
    public IEnumerable<string> Mentioned => Named(Text);

    /// <summary>Each object anywhere in it.</summary>
    public IEnumerable<JsonObject> Nodes => Descend(Json);

    public override string ToString() => Path.GetFileNameWithoutExtension(File);

    public static IEnumerable<string> Named(string text) =>
        Mention().Matches(text).Select(mention => mention.Groups["name"].Value).Distinct();

    static IEnumerable<JsonObject> Objects(JsonNode? array) => array is null ? [] : array.AsArray().Select(node => node!.AsObject());

    static IEnumerable<JsonObject> Descend(JsonNode? node) => node switch
    {
        JsonObject here => here.SelectMany(member => Descend(member.Value)).Prepend(here),
        JsonArray items => items.SelectMany(Descend),
        _ => [],
    };

    [GeneratedRegex(@"\$(?:\{(?<name>\w+)[^}]*\}|(?<name>\w+))")]
    private static partial Regex Mention();
}

/// <summary>A panel, which is found in messages by its dashboard and title.</summary>
sealed record Panel(Dashboard Dashboard, JsonObject Json)
{
    public string Title => (string?)Json["title"] ?? "";

    public string Kind => (string)Json["type"]!;

    public JsonNode? Defaults => Json["fieldConfig"]?["defaults"];

    public IEnumerable<JsonObject> Targets => (Json["targets"]?.AsArray() ?? []).Select(target => target!.AsObject());

    public IEnumerable<Query> Queries => Targets.Where(target => target["expr"] is not null).Select(target => new Query(this, target));

    public override string ToString() => $"{Dashboard}: {Title}";
}

/// <summary>A question to Prometheus.</summary>
sealed partial record Query(Panel Panel, JsonObject Target)
{
    /// <summary>The expression, with Grafana's variables in it.</summary>
    public string Expression => (string)Target["expr"]!;

    public string RefId => (string)Target["refId"]!;

    public bool ShowsExemplars => (bool?)Target["exemplar"] == true;

    /// <summary>Whether all that it asks for is <see cref="Elsewhere"/>.</summary>
    public bool IsElsewhere => Expressions.Selectors(Expression).All(Elsewhere.Has);

    /// <summary>The labels that stand in the legend.</summary>
    public IEnumerable<string> Legend => LegendLabel().Matches((string?)Target["legendFormat"] ?? "").Select(label => label.Groups[1].Value);

    /// <summary>The expression as Grafana sends it.</summary>
    /// <param name="step">What stands for each span of time that Grafana chooses.</param>
    /// <param name="services">The jobs chosen, as a regular expression.</param>
    public string Sent(string step, string services) => Chosen(Expression, services)
        .Replace("$__rate_interval", step, StringComparison.Ordinal)
        .Replace("$__range", step, StringComparison.Ordinal);

    /// <summary>An expression with all services, modules and instances chosen.</summary>
    public static string Chosen(string expression, string services) => expression
        // One service at a time, where Grafana lets choose one.
        .Replace("=\"$service\"", $"=~\"{services}\"", StringComparison.Ordinal)
        .Replace("$service", services, StringComparison.Ordinal)
        .Replace("$module", ".+", StringComparison.Ordinal)
        .Replace("$instance", ".+", StringComparison.Ordinal);

    public override string ToString() => $"{Panel} {RefId}: {Expression}";

    [GeneratedRegex(@"\{\{\s*(\w+)\s*\}\}")]
    private static partial Regex LegendLabel();
}
