using System.Text.Json;
using Microsoft.OpenApi;
using NUnit.Framework;
using Shop.Tests.Running.OpenApi;

namespace Shop.Tests.Hosting;

/// <summary>
/// <c>GET /openapi/v1.json</c>. Whether it tells the truth is judged with every answer that any test gets (<see cref="Agreement"/>); here, whether
/// it tells all, in good form.
/// </summary>
public sealed class InterfaceDocumentTests(Layout layout) : ShopTests(layout)
{
    static readonly string[] OfEveryHost = ["GET /health", "GET /health/live", "GET /health/ready", "GET /metrics"];

    /// <summary>Values on both sides of every bound that a member has, as JSON.</summary>
    static readonly string[] Values =
    [
        "null", "true", "[]", "{}", "-1", "-0.01", "0", "0.001", "0.01", "0.5", "0.005", "1", "1.0", "1e2", "999999", "1000000", "1000001", "99999999.99",
        "99999999.991", "100000000", "2147483647", "2147483648", "9007199254740993",
        "\"\"", "\" \"", "\"\\u0000\"", "\"a\\u0000b\"", "\"1\"", "\"x\"", "\"ab\"", "\"abc\"", "\"ab c\"", "\"über\"", "\"a.b-c_d\"", "\"\\ud83d\\ude00\"",
        $"\"{new string('x', 100)}\"", $"\"{new string('x', 101)}\"", $"\"{new string('x', 255)}\"", $"\"{new string('x', 256)}\"",
        "\"a@b.c\"", "\"a@b\"", "\"a@@b.c\"", "\"a@b..c\"", "\"a@.b\"", "\"a b@c.d\"", "\"a\\u200b@b.c\"", "\"a\\u0085@b.c\"", "\"über@b.c\"",
        $"\"{new string('x', 251)}@b.c\"", $"\"{new string('x', 252)}@b.c\"",
        "\"pending\"", "\"Pending\"", "\"shipped\"", "\"banana\"",
    ];

    (HttpClient Client, HostKind Host)[] Clients => [(Shop.Products, Layout.Products), (Shop.Orders, Layout.Orders), (Shop.Users, Layout.Users)];

    IEnumerable<InterfaceDocument> Documents => Clients.Select(client => InterfaceDocument.Of(client.Client)!);

    [Test]
    public void H5_Each_host_lists_what_it_serves_and_nothing_else()
    {
        foreach (var (client, host) in Clients)
        {
            var served = Operation.Every.Where(operation => Clients.Single(other => other.Client == operation.Client(Shop)).Host == host);

            Assert.That(
                InterfaceDocument.Of(client)!.Operations.Select(operation => operation.ToString()),
                Is.EquivalentTo(served.Select(operation => operation.ToString()).Concat(OfEveryHost)));
        }
    }

    [Test]
    public async Task H5_It_is_valid_OpenAPI_3_1()
    {
        foreach (var (client, _) in Clients)
        {
            var answer = await client.Get("/openapi/v1.json");

            var read = OpenApiDocument.Parse(answer.Text, OpenApiConstants.Json);

            Assert.That(answer.ContentHeaders.ContentType?.MediaType, Is.EqualTo("application/json"));
            Assert.That(answer.Json.GetProperty("openapi").GetString(), Does.StartWith("3.1."));
            Assert.That(read.Diagnostic!.Errors, Is.Empty);
            Assert.That(read.Diagnostic.Warnings, Is.Empty);
            Assert.That(References(answer.Json).Where(reference => Leads(answer.Json, reference) is false), Is.Empty);
        }
    }

    [Test]
    public async Task H5_It_is_the_same_from_every_host_of_a_kind()
    {
        await using var other = await Sandbox.StartShop(Layout);

        foreach (var client in new Func<RunningShop, HttpClient>[] { shop => shop.Products, shop => shop.Orders, shop => shop.Users })
        {
            Assert.That((await client(other).Get("/openapi/v1.json")).Text, Is.EqualTo((await client(Shop).Get("/openapi/v1.json")).Text));
        }
    }

    [Test]
    public void H5_Every_operation_has_a_name_of_its_own_and_says_what_it_does()
    {
        foreach (var document in Documents)
        {
            Assert.That(document.Operations.Select(operation => operation.Description.GetProperty("operationId").GetString()), Is.Unique);
            Assert.That(document.Operations.Select(operation => operation.Summary), Is.Unique.And.All.Not.Empty);
            Assert.That(document.Operations.Select(operation => operation.Description.GetProperty("tags").GetArrayLength()), Is.All.EqualTo(1));
        }
    }

    [Test]
    public void H5_Every_request_names_each_member_of_its_body_with_its_bounds()
    {
        foreach (var operation in Operation.WithBody)
        {
            var document = InterfaceDocument.Of(operation.Client(Shop))!;
            var described = InterfaceDocument.Of(operation, Shop);
            var body = document.Schema.Resolve(Content(described.Description.GetProperty("requestBody")).GetProperty("schema"));
            var properties = body.GetProperty("properties").EnumerateObject().ToArray();

            Assert.That(properties.Select(member => member.Name), Is.EqualTo(operation.Members.Select(member => member.Name)), operation.ToString());
            Assert.That(
                body.TryGetProperty("required", out var required) ? required.EnumerateArray().Select(name => name.GetString()) : [],
                Is.EqualTo(Operation.Updating.Contains(operation) ? [] : operation.Members.Select(member => member.Name)),
                operation.ToString());
            foreach (var (name, schema) in properties.Select(member => (member.Name, member.Value)))
            {
                Assert.That(
                    schema.TryGetProperty("minimum", out _) && schema.TryGetProperty("maximum", out _)
                        || schema.TryGetProperty("pattern", out _)
                        || schema.TryGetProperty("enum", out _),
                    $"{operation} {name}");
            }
        }
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.WithBody))]
    public async Task H5_A_member_is_refused_where_its_schema_says_no_and_nowhere_else(Operation operation)
    {
        await Furnish();
        var document = InterfaceDocument.Of(operation.Client(Shop))!;
        var described = InterfaceDocument.Of(operation, Shop);
        var body = document.Schema.Resolve(Content(described.Description.GetProperty("requestBody")).GetProperty("schema"));
        using (Assert.EnterMultipleScope())
        {
            foreach (var member in body.GetProperty("properties").EnumerateObject())
            {
                foreach (var value in Values)
                {
                    var isAllowed = !document.Schema.Faults(JsonDocument.Parse(value).RootElement, member.Value).Any();

                    var answer = await operation.Ask(Shop, operation.Body((member.Name, value)));

                    Assert.That(
                        answer.Code == "validation_failed" && answer.Faults.Contains(member.Name),
                        Is.Not.EqualTo(isAllowed),
                        $"{member.Name}: {value} {answer}");
                }
            }
        }
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.Listing))]
    public async Task H5_A_parameter_of_a_query_is_refused_where_its_schema_says_no_and_nowhere_else(Operation operation)
    {
        var schema = InterfaceDocument.Of(operation.Client(Shop))!.Schema;
        var parameters = InterfaceDocument.Of(operation, Shop).Description.GetProperty("parameters").EnumerateArray().Select(schema.Resolve)
            .Where(parameter => parameter.GetProperty("in").GetString() == "query")
            // Its values are the service's own, of which a schema can say nothing.
            .ToDictionary(parameter => parameter.GetProperty("name").GetString()!, parameter => parameter.GetProperty("schema"));
        Assert.That(parameters.Keys, Is.SupersetOf(new[] { "limit", "after" }));
        parameters.Remove("after");
        using (Assert.EnterMultipleScope())
        {
            foreach (var (name, rule) in parameters)
            {
                // A schema knows values, and a query has plain digits for a number.
                foreach (var text in Values.Except(["1.0", "1e2"]).Select(value => JsonDocument.Parse(value).RootElement.ToString()).Where(text => text.Trim().Length > 0))
                {
                    var isAllowed = !schema.Faults(InQuery(text, rule.GetProperty("type").GetString()!), rule).Any();

                    var answer = await operation.Client(Shop).Get($"{operation.Path()}?{name}={Uri.EscapeDataString(text)}");

                    Assert.That(
                        answer.Code == "validation_failed" && answer.Faults.Contains(name), Is.Not.EqualTo(isAllowed), $"{name}={text} {answer}");
                }
            }
        }
    }

    [Test]
    public void H5_Every_id_body_and_header_of_an_answer_has_an_example_that_fits_its_schema()
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (var document in Documents)
            {
                foreach (var (at, shown) in document.Operations.SelectMany(operation => Shown(document, operation)))
                {
                    var examples = Examples(shown).ToArray();
                    Assert.That(examples, Is.Not.Empty, at);
                    foreach (var example in examples)
                    {
                        Assert.That(document.Schema.Faults(example, shown.GetProperty("schema")), Is.Empty, at);
                    }
                }
            }
        }
    }

    [Test]
    public void E4_Every_code_stands_with_its_status()
    {
        var codes = new HashSet<string>();
        foreach (var document in Documents)
        {
            var responses = document.Operations.SelectMany(operation => operation.Description.GetProperty("responses").EnumerateObject())
                .Select(response => response.Value)
                .Concat(document.Root.GetProperty("components").GetProperty("responses").EnumerateObject().Select(response => response.Value));
            foreach (var problem in responses.SelectMany(Problems))
            {
                var code = problem.GetProperty("code").GetString()!;
                Assert.That(problem.GetProperty("status").GetInt32(), Is.EqualTo(Refusals.StatusOf[code]), code);
                codes.Add(code);
            }
        }

        Assert.That(codes, Is.EquivalentTo(Refusals.StatusOf.Keys));
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.Every))]
    public async Task H5_The_example_of_a_request_is_accepted_where_the_sample_data_are(Operation operation)
    {
        await Database.Run(await SampleData());
        var described = InterfaceDocument.Of(operation, Shop);

        var answer = await operation.Client(Shop).Send(
            operation.Method,
            operation.Path("1"),
            described.Description.TryGetProperty("requestBody", out var body) ? Content(body).GetProperty("example").GetRawText() : null);

        if (operation.Method == HttpMethod.Delete)
        {
            // Everything with the id 1 has orders.
            answer.MustBe($"{operation.Kind}_in_use");
        }
        else
        {
            answer.MustBeDone(operation);
        }
    }

    /// <summary>What a text in a query stands for.</summary>
    static JsonElement InQuery(string text, string type)
    {
        try
        {
            return type == "string" ? JsonSerializer.SerializeToElement(text) : JsonDocument.Parse(text).RootElement;
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(text);
        }
    }

    static Task<string> SampleData() => File.ReadAllTextAsync(
        Directory.EnumerateFiles(Path.Combine(Checkout.Root, "db", "sample"), "*.sql").Single());

    /// <summary>Whatever has a schema and is to have an example.</summary>
    static IEnumerable<(string At, JsonElement Shown)> Shown(InterfaceDocument document, DescribedOperation operation)
    {
        var parameters = operation.Description.GetProperty("parameters").EnumerateArray().Select(document.Schema.Resolve);
        // Whoever tries an operation in a browser would send every optional one that has an example.
        foreach (var parameter in parameters.Where(parameter => parameter.GetProperty("in").GetString() == "path"))
        {
            yield return ($"{operation} {parameter.GetProperty("name")}", parameter);
        }

        if (operation.Description.TryGetProperty("requestBody", out var request))
        {
            yield return ($"{operation} body", Content(request));
        }

        foreach (var response in operation.Description.GetProperty("responses").EnumerateObject())
        {
            foreach (var header in response.Value.GetProperty("headers").EnumerateObject())
            {
                yield return ($"{operation} {response.Name} {header.Name}", document.Schema.Resolve(header.Value));
            }

            if (response.Value.TryGetProperty("content", out var content))
            {
                foreach (var body in content.EnumerateObject().Where(body => body.Name.EndsWith("json", StringComparison.Ordinal)))
                {
                    yield return ($"{operation} {response.Name} {body.Name}", body.Value);
                }
            }
        }
    }

    static IEnumerable<JsonElement> Examples(JsonElement shown) =>
        shown.TryGetProperty("example", out var example) ? [example]
        : shown.TryGetProperty("examples", out var examples) ? examples.EnumerateObject().Select(named => named.Value.GetProperty("value"))
        : [];

    static JsonElement Content(JsonElement body) => body.GetProperty("content").GetProperty("application/json");

    static IEnumerable<JsonElement> Problems(JsonElement response) =>
        response.TryGetProperty("content", out var content) && content.TryGetProperty("application/problem+json", out var problem)
            ? Examples(problem)
            : [];

    static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member =>
            member.Name == "$ref" ? [member.Value.GetString()!] : References(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };

    static bool Leads(JsonElement document, string reference)
    {
        var here = document;
        return reference.Split('/').Skip(1).All(name => here.ValueKind == JsonValueKind.Object && here.TryGetProperty(name, out here));
    }
}
