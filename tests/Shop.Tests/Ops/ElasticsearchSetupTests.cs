using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using Shop.Shared.Telemetry;

namespace Shop.Tests.Ops;

/// <summary><c>ops/elasticsearch/setup.sh</c>, against a server that answers as Elasticsearch does.</summary>
sealed class ElasticsearchSetupTests
{
    const string Elasticsearch = """{"version": {"number": "8.19.20"}}""";
    const string OpenSearch = """{"version": {"distribution": "opensearch", "number": "2.19.5"}}""";

    static readonly string Folder = Path.Combine(OpsFiles.Ops, "elasticsearch");

    readonly ConcurrentQueue<(string Request, string Body, string Authorization)> requests = new();
    readonly ConcurrentDictionary<string, int> refusals = new();
    WebApplication server = null!;
    string whoItIs = Elasticsearch;
    string streams = "";
    bool isPlainIndex;

    [SetUp]
    public async Task StartServer()
    {
        requests.Clear();
        refusals.Clear();
        (whoItIs, streams, isPlainIndex) = (Elasticsearch, "", false);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        server = builder.Build();
        server.Run(Answer);
        await server.StartAsync();
    }

    [TearDown]
    public ValueTask StopServer() => server.DisposeAsync();

    [Test]
    public async Task Templates_a_data_stream_and_seven_days_are_put_there()
    {
        var (exitCode, output) = await Setup();

        Assert.That(exitCode, Is.Zero, output);
        var template = JsonDocument.Parse(requests.Single(request => request.Request == "PUT /_index_template/shop-logs").Body).RootElement;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(template.GetProperty("index_patterns")[0].GetString(), Is.EqualTo("logs-shop-*"));
            Assert.That(template.GetProperty("data_stream").ToString(), Is.EqualTo("{}"));
            Assert.That(template.GetProperty("priority").GetInt32(), Is.EqualTo(500));
            Assert.That(template.GetProperty("composed_of").ToString(), Is.EqualTo("[\"shop-logs-fields\"]"));
            Assert.That(template.GetProperty("template").GetProperty("lifecycle").GetProperty("data_retention").GetString(), Is.EqualTo("7d"));
            Assert.That(template.GetProperty("template").GetProperty("settings").GetProperty("index.number_of_replicas").GetInt32(), Is.Zero);
        }

        Assert.That(
            requests.Where(request => request.Request.StartsWith("PUT", StringComparison.Ordinal)).Select(request => request.Request),
            Is.EqualTo(["PUT /_component_template/shop-logs-fields", "PUT /_index_template/shop-logs", "PUT /_data_stream/logs-shop-default"]));
    }

    [Test]
    public async Task A_data_stream_that_is_there_has_its_days_set()
    {
        streams = Stream("Data stream lifecycle");

        var (exitCode, output) = await Setup(("LOG_RETENTION_DAYS", "3"));

        Assert.That(exitCode, Is.Zero, output);
        var (request, body, _) = requests.Last(request => request.Request.StartsWith("PUT", StringComparison.Ordinal));
        Assert.That((request, JsonDocument.Parse(body).RootElement.GetProperty("data_retention").GetString()), Is.EqualTo(("PUT /_data_stream/logs-shop-default/_lifecycle", "3d")));
    }

    [Test]
    public async Task A_data_stream_that_Elasticsearch_made_by_itself_begins_anew_and_leaves_its_policy()
    {
        streams = Stream("Index Lifecycle Management");

        var (exitCode, output) = await Setup();

        Assert.That(exitCode, Is.Zero, output);
        Assert.That(
            requests.Select(request => request.Request).SkipWhile(request => request != "GET /_data_stream/logs-shop-default").Skip(1).SkipLast(1),
            Is.EqualTo(["POST /logs-shop-default/_rollover", "POST /logs-shop-default/_ilm/remove", "PUT /_data_stream/logs-shop-default/_lifecycle"]));
    }

    [Test]
    public async Task A_plain_index_becomes_the_data_stream_with_all_its_lines()
    {
        isPlainIndex = true;

        var (exitCode, output) = await Setup();

        Assert.That(exitCode, Is.Zero, output);
        Assert.That(
            requests.Where(request => !request.Request.StartsWith("GET", StringComparison.Ordinal)).Skip(2).Select(request => request.Request),
            Is.EqualTo(
            [
                "PUT /logs-shop-default/_settings", "POST /logs-shop-default/_refresh", "POST /_reindex", "DELETE /logs-shop-default", "PUT /_data_stream/logs-shop-default",
            ]));
    }

    [Test]
    public async Task Lines_that_a_run_that_was_cut_off_has_put_elsewhere_come_back()
    {
        streams = Stream("Data stream lifecycle", "logs-shop-early");

        var (exitCode, output) = await Setup();

        Assert.That(exitCode, Is.Zero, output);
        Assert.That(
            requests.TakeLast(3).Select(request => request.Request),
            Is.EqualTo(["POST /logs-shop-early/_refresh", "POST /_reindex", "DELETE /_data_stream/logs-shop-early"]));
    }

    [Test]
    public async Task OpenSearch_is_asked_for_nothing_that_it_lacks()
    {
        whoItIs = OpenSearch;
        foreach (var there in new[] { false, true })
        {
            streams = there ? Stream("Unmanaged") : "";
            var (exitCode, output) = await Setup();

            Assert.That(exitCode, Is.Zero, output);
            Assert.That(output, Does.Contain("OpenSearch"));
        }

        Assert.That(requests.Where(request => (request.Request + request.Body).Contains("lifecycle", StringComparison.Ordinal)), Is.Empty);
    }

    [TestCase("GET /", 401)]
    [TestCase("GET /_cluster/health", 403)]
    [TestCase("PUT /_component_template/shop-logs-fields", 400)]
    [TestCase("PUT /_index_template/shop-logs", 400)]
    [TestCase("PUT /_data_stream/logs-shop-default", 500)]
    [TestCase("GET /_data_stream/logs-shop-default", 403)]
    public async Task What_is_refused_is_one_line_and_an_exit_code(string request, int status)
    {
        refusals[request] = status;

        var (exitCode, output) = await Setup();

        Assert.That(exitCode, Is.EqualTo(1), output);
        Assert.That(output.TrimEnd().Split('\n').Where(line => line.StartsWith("elasticsearch setup:", StringComparison.Ordinal)).Single(), Does.Contain($"{status}").And.Contain("some reason"));
    }

    [TestCase("LOG_RETENTION_DAYS", "a week")]
    [TestCase("ELASTICSEARCH_PASSWORD_FILE", "/nowhere")]
    [TestCase("ELASTICSEARCH_URL", "http://127.0.0.1:1")]
    public async Task What_is_wrong_is_one_line_and_an_exit_code(string key, string value)
    {
        var (exitCode, output) = await Setup((key, value), ("SETUP_TIMEOUT_SECONDS", "1"));

        Assert.That(exitCode, Is.EqualTo(1), output);
        Assert.That(output, Does.Contain("elasticsearch setup: ").And.Contain(value));
    }

    [Test]
    public async Task It_says_who_it_is()
    {
        await Setup(("ELASTICSEARCH_USERNAME", "ann"), ("ELASTICSEARCH_PASSWORD", "a\"b\\c"));
        Assert.That(requests.Select(request => request.Authorization).Distinct(), Is.EqualTo(["Basic " + Convert.ToBase64String("ann:a\"b\\c"u8)]));

        requests.Clear();
        await Setup(("ELASTICSEARCH_API_KEY", "a2V5"));
        Assert.That(requests.Select(request => request.Authorization).Distinct(), Is.EqualTo(["ApiKey a2V5"]));
    }

    [Test]
    public void Each_field_of_a_line_has_a_type()
    {
        var fields = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "component-template.json"))).RootElement
            .GetProperty("template").GetProperty("mappings").GetProperty("properties").EnumerateObject().Select(field => field.Name);

        Assert.That(fields, Is.EquivalentTo(new EcsLayout().Attributes.Select(attribute => attribute.Name)));
    }

    static string Stream(string manager, string name = "logs-shop-default") =>
        $$"""{"data_streams":[{"name":"{{name}}","indices":[{"index_name":".ds-{{name}}-000001","managed_by":"{{manager}}"}]}]}""";

    Task<(int ExitCode, string Output)> Setup(params (string Key, string Value)[] settings) => Isolated.Run(
        "sh", [Path.Combine(Folder, "setup.sh")], settings.Prepend(("ELASTICSEARCH_URL", server.Urls.Single())).GroupBy(setting => setting.Item1).Select(same => same.Last()));

    async Task Answer(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var request = $"{http.Request.Method} {http.Request.Path}";
        requests.Enqueue((request, await reader.ReadToEndAsync(), http.Request.Headers.Authorization.ToString()));
        (http.Response.StatusCode, var body) = refusals.TryGetValue(request, out var status) ? (status, """{"error": "some reason"}""")
            : request == "GET /" ? (200, whoItIs)
            : http.Request.Path.StartsWithSegments("/_data_stream", out var name) && HttpMethods.IsGet(http.Request.Method)
                ? (streams.Contains($"\"{name.Value![1..]}\"", StringComparison.Ordinal) ? (200, streams) : (404, "{}"))
            : request == "GET /logs-shop-default/_settings" && !isPlainIndex ? (404, "{}")
            : request == "POST /_reindex" ? (200, """{"failures":[]}""")
            : (200, "{}");
        await http.Response.WriteAsync(body);
    }
}
