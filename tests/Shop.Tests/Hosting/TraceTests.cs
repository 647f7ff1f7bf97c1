using System.Text;
using NUnit.Framework;

namespace Shop.Tests.Hosting;

/// <summary>The trace id that joins an answer with the log of its host.</summary>
public sealed class TraceTests(Layout layout) : ShopTests(layout)
{
    const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    const string Header = $"00-{TraceId}-00f067aa0ba902b7-01";

    /// <summary>Header lines that say no trace.</summary>
    static readonly (string Name, string[] Lines)[] Invalid =
    [
        ("none", []),
        ("empty", ["traceparent:"]),
        ("text", ["traceparent: abc"]),
        ("trace id alone", [$"traceparent: {TraceId}"]),
        ("hierarchical", ["traceparent: |4bf92f35-77b34da6.1.2."]),
        ("all zero", [$"traceparent: 00-{new string('0', 32)}-{new string('0', 16)}-00"]),
        ("trace id zero", [$"traceparent: 00-{new string('0', 32)}-00f067aa0ba902b7-01"]),
        ("parent zero", [$"traceparent: 00-{TraceId}-{new string('0', 16)}-01"]),
        ("upper case", [$"traceparent: {Header.ToUpperInvariant()}"]),
        ("one letter in upper case", [$"traceparent: {Header.Replace('b', 'B')}"]),
        ("version ff", [$"traceparent: ff{Header[2..]}"]),
        ("no hexadecimal", [$"traceparent: {Header.Replace('f', 'g')}"]),
        ("flags no hexadecimal", [$"traceparent: {Header[..^2]}0x"]),
        ("too short", [$"traceparent: {Header[..^1]}"]),
        ("too long", [$"traceparent: {Header}0"]),
        ("more than version 00 has", [$"traceparent: {Header}-more"]),
        ("a later version, longer without a separator", [$"traceparent: cc{Header[2..]}.more"]),
        ("version ff, longer", [$"traceparent: ff{Header[2..]}-more"]),
        ("other separators", [$"traceparent: {Header.Replace('-', '_')}"]),
        ("quoted", [$"traceparent: \"{Header}\""]),
        ("repeated", [$"traceparent: {Header}", $"traceparent: {Header}"]),
        ("two in one", [$"traceparent: {Header}, {Header}"]),
        ("another header", [$"trace-parent: {Header}"]),
        ("state alone", ["tracestate: vendor=1"]),
    ];

    /// <summary>Requests that are answered with a status each.</summary>
    static readonly (int Status, string Request, string ContentType, string Body)[] Requests =
    [
        (200, "GET /products/1", "text/plain", ""),
        (200, "HEAD /products/1", "text/plain", ""),
        (200, "GET /health", "text/plain", ""),
        (200, "GET /metrics", "text/plain", ""),
        (201, "POST /products", "application/json", """{"name": "Lamp", "price": 1, "stock": 1}"""),
        (400, "POST /products", "application/json", "{"),
        (400, "POST /products", "application/json", "{}"),
        (404, "GET /products/4711", "text/plain", ""),
        (404, "GET /nothing", "text/plain", ""),
        (404, "BREW /nothing", "text/plain", ""),
        (405, "BREW /products/1", "text/plain", ""),
        (413, "POST /products", "application/json", new(' ', 65_537)),
        (415, "POST /products", "text/plain", "{}"),
    ];

    [Test]
    public async Task C13_Every_answer_carries_the_trace_of_its_request()
    {
        await Furnish();
        using (Assert.EnterMultipleScope())
        {
            foreach (var (status, request, contentType, body) in Requests)
            {
                var answer = await Shop.Products.Raw(
                    request, [$"Content-Type: {contentType}", $"traceparent: {Header}"], Encoding.ASCII.GetBytes(body));

                Assert.That((int)answer.Status, Is.EqualTo(status), () => $"{request} {answer}");
                Assert.That(answer.TraceId, Is.EqualTo(TraceId), request);
            }
        }
    }

    [Test]
    public async Task C13_Every_refusal_of_an_order_carries_the_trace_of_its_request()
    {
        await Furnish();
        await Shop.Orders.Order(1, 1, key: "key");
        (int Status, int User, int Product, int Quantity)[] orders = [(422, 1, 1, 2), (404, 4711, 1, 1), (404, 1, 4711, 1)];
        using (Assert.EnterMultipleScope())
        {
            foreach (var (status, user, product, quantity) in orders)
            {
                var answer = await Shop.Orders.Post(
                    "/orders",
                    $$"""{"user_id": {{user}}, "product_id": {{product}}, "quantity": {{quantity}}}""",
                    ("traceparent", Header),
                    ("Idempotency-Key", status == 422 ? "key" : "other"));

                Assert.That(((int)answer.Status, answer.TraceId), Is.EqualTo((status, TraceId)), answer.ToString());
            }
        }
    }

    [TestCase("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00", Description = "Not sampled")]
    [TestCase("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-ff", Description = "Flags of the future")]
    [TestCase("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", Description = "A version of the future")]
    [TestCase("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-the-future-will-be-like", Description = "And longer")]
    [TestCase("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-", Description = "Longer by as little as can be")]
    [TestCase("  00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01  ", Description = "White space around")]
    public async Task C13_A_trace_is_taken_up(string header)
    {
        var answer = await Shop.Products.Raw("GET /products/1", [$"Traceparent: {header}"]);

        Assert.That(answer.TraceId, Is.EqualTo(TraceId));
    }

    [Test]
    public async Task C13_Without_a_valid_trace_each_request_begins_one()
    {
        var seen = new HashSet<string?> { TraceId, TraceId.ToUpperInvariant(), new('0', 32) };
        using (Assert.EnterMultipleScope())
        {
            foreach (var (name, lines) in Invalid.Concat(Invalid))
            {
                var answer = await Shop.Products.Raw("GET /products/1", lines);

                Assert.That(answer.TraceId, Does.Match("^[0-9a-f]{32}$"), name);
                Assert.That(seen.Add(answer.TraceId), Is.True, name);
            }
        }
    }

    [Test]
    public async Task C13_The_trace_stands_in_the_log_of_the_host()
    {
        foreach (var operation in Operation.Every)
        {
            var traceId = Guid.NewGuid().ToString("N");

            var answer = await operation.Client(Shop).Raw(
                $"{operation.Method} {operation.Path("4711")}", [$"traceparent: 00-{traceId}-00f067aa0ba902b7-01"]);

            Assert.That(answer.TraceId, Is.EqualTo(traceId));
            await Wait.Until(
                () => Task.FromResult(Shop.Hosts.SelectMany(host => host.Output).Any(line =>
                    line.Contains(traceId, StringComparison.Ordinal) && line.Contains(operation.Path("4711"), StringComparison.Ordinal))),
                $"a line of {operation} with the trace {traceId}");
        }
    }

    [Test]
    public async Task C13_A_trace_that_was_begun_stands_in_the_log_too()
    {
        var traceId = (await Shop.Products.Get("/products/4711")).TraceId!;

        await Wait.Until(
            () => Task.FromResult(Shop.Hosts.SelectMany(host => host.Output).Any(line => line.Contains(traceId, StringComparison.Ordinal))),
            $"a line with the trace {traceId}");
    }
}
