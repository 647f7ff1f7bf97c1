using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Shop.Tests.Containers;

/// <summary>The data view and the searches are such as Kibana takes, and ask for what stands in our log lines.</summary>
sealed partial class KibanaObjectsTests
{
    static IEnumerable<SavedObject> Searches => KibanaObjects.Searches;

    /// <summary>Every field of a log line, as Elasticsearch knows it.</summary>
    static readonly HashSet<string> Fields =
    [
        .. JsonNode.Parse(File.ReadAllText(Path.Combine(Checkout.Root, "ops", "elasticsearch", "component-template.json")))!
            ["template"]!["mappings"]!["properties"]!.AsObject().Select(field => field.Key),
    ];

    [Test]
    public void There_is_a_data_view_of_our_streams_by_time()
    {
        Assert.That(KibanaObjects.View.Id, Is.EqualTo("logs-shop"));
        Assert.That((string)KibanaObjects.View.Attributes["title"]!, Is.EqualTo("logs-shop-*"));
        Assert.That((string)KibanaObjects.View.Attributes["timeFieldName"]!, Is.EqualTo("@timestamp"));
        Assert.That(Fields, Does.Contain("@timestamp"));
    }

    [Test]
    public void There_are_searches_for_errors_slow_requests_and_one_trace() =>
        Assert.That(Searches.Select(search => search.Id), Is.SupersetOf(new[] { "shop-errors", "shop-slow-requests", "shop-one-trace" }));

    [Test]
    public void Every_object_has_an_id_and_a_title_of_its_own()
    {
        Assert.That(KibanaObjects.Every.Select(each => each.Id), Is.Unique);
        Assert.That(KibanaObjects.Every.Select(each => (string)each.Attributes["title"]!), Is.Unique.And.All.Not.Empty);
    }

    [Test]
    public void Every_reference_leads_to_an_object_of_the_file()
    {
        var known = KibanaObjects.Every.Select(each => (each.Type, each.Id)).ToHashSet();
        foreach (var each in KibanaObjects.Every)
        {
            Assert.That(each.References.Select(reference => (reference.Type, reference.Id)).Except(known), Is.Empty, each.Id);
        }
    }

    [TestCaseSource(nameof(Searches))]
    public void A_search_looks_into_the_data_view(SavedObject search)
    {
        var source = SourceOf(search);
        Assert.That(
            search.References, Is.EqualTo(new[] { new Reference("index-pattern", KibanaObjects.View.Id, (string)source["indexRefName"]!) }));
    }

    [TestCaseSource(nameof(Searches))]
    public void A_search_shows_and_sorts_by_fields_of_our_lines(SavedObject search)
    {
        Assert.That(search.Attributes["columns"]!.AsArray().Select(column => (string)column!), Is.Not.Empty.And.SubsetOf(Fields));
        foreach (var sort in search.Attributes["sort"]!.AsArray())
        {
            Assert.That((string)sort![0]!, Is.AnyOf([.. Fields]));
            Assert.That((string)sort[1]!, Is.AnyOf("asc", "desc"));
        }
    }

    [TestCaseSource(nameof(Searches))]
    public void A_search_asks_for_fields_of_our_lines(SavedObject search)
    {
        var query = SourceOf(search)["query"]!;
        Assert.That((string)query["language"]!, Is.EqualTo("kuery"));
        Assert.That(Asked().Matches((string)query["query"]!).Select(match => match.Groups[1].Value), Is.Not.Empty.And.SubsetOf(Fields));
    }

    [Test]
    public void Slow_is_what_the_alert_calls_slow() => Assert.That(
        (string)SourceOf(Searches.Single(search => search.Id == "shop-slow-requests"))["query"]!["query"]!,
        Is.EqualTo($"event.duration >= {TimeSpan.FromMilliseconds(500).TotalNanoseconds:0}"));

    static JsonNode SourceOf(SavedObject search) =>
        JsonNode.Parse((string)search.Attributes["kibanaSavedObjectMeta"]!["searchSourceJSON"]!)!;

    // What stands before a comparison.
    [GeneratedRegex(@"([\w.@]+)\s*(?::|>=|<=|>|<)")]
    private static partial Regex Asked();
}
