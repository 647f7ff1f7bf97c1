using System.Text;
using NUnit.Framework;

namespace Shop.Tests.Hosting;

/// <summary>No input causes a 5xx, except the 505 of rule C10, and no response shows internals.</summary>
public sealed class OddInputTests(Layout layout) : ShopTests(layout)
{
    const string Json = "Content-Type: application/json";

    static readonly string[] Targets =
    [
        "*", "/", "//", "/%00", "/%", "/%zz", "/%c0%af", "/%ff", "/%ed%a0%80", "/%0d%0aX-Evil:%201", "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd",
        "/products/1?", "/products/1?=", "/products/1?&&&", "/products/1?%00=%00", "/products/1?a=%ff&a=%zz", "/products/1#x", "/products/1?x=" + new string('x', 8000),
        "/products/" + new string('9', 8000), "/products/" + new string('9', 80_000), "/products/1' or '1'='1", "/products/1;drop%20table%20x",
        "http://elsewhere/products/1", "products/1", "/products/\\1", "/products/{id}", "/{0}", "/orders/%7B%7D", "/users/💥", "/metrics?name[]=%00", "/health?%ff",
    ];

    static readonly string[] Headers =
    [
        "Accept: ;;;", "Accept: */*;q=nonsense", "Accept: application/openmetrics-text;q=999", "Accept-Encoding: nonsense;q=-1", "Accept-Language: \u00ff",
        "Accept-Charset: utf-7", "Cookie: =;=;\u00e9", "Range: bytes=-1", "If-Match: \"", "If-None-Match: W/", "If-Modified-Since: never", "Expect: nonsense",
        "Content-Encoding: gzip", "Transfer-Encoding: gzip", "Transfer-Encoding: chunked, gzip", "Content-Length: -1", "Content-Length: abc", "Content-Length: 99999999999999999999",
        "Upgrade: websocket", "Connection: Upgrade, HTTP2-Settings", "Origin: \u0001", "Host: ", "Host: a b", "X-Forwarded-For: '", "X-HTTP-Method-Override: BREW",
        "tracestate: \u00ff", "baggage: %%%", "Request-Id: |", "Correlation-Context: =", "Idempotency-Key: \u00ff", "Idempotency-Key: \t", "no colon", ": no name",
        "Name With Blanks: 1", "X-Long: " + new string('x', 100_000), "X-Folded: a\r\n b", "Content-Type: application/json\r\nContent-Type: a\u0001b",
    ];

    static readonly string[] Values =
    [
        "1e999999999", "-1e999999999", new('9', 60_000), "0." + new string('0', 60_000) + "1", "-0", "\"\\ud800\"", "\"\\u0000\"", $"\"{new string('x', 60_000)}\"", "[[[[]]]]",
        "\"'; drop table orders.orders; --\"", "\"%s%n{0}${1}\"", "\"\\u202e\"", "{\"$ref\": \"#\"}", "2147483648", "9223372036854775808", "\"2026-01-01\"", "0.1e-300",
    ];

    HttpClient[] Clients => [Shop.Products, Shop.Orders, Shop.Users];

    [TearDown]
    public async Task StillServes()
    {
        foreach (var client in Clients)
        {
            Assert.That((int)(await client.Get("/health")).Status, Is.EqualTo(200));
        }
    }

    [Test]
    public async Task C10_C11_No_target_is_too_odd()
    {
        foreach (var client in Clients)
        {
            foreach (var target in Targets)
            {
                foreach (var method in new[] { "GET", "POST", "OPTIONS", "get", "\u00e9" })
                {
                    MustBeHarmless(await client.Raw(Encoding.UTF8.GetBytes($"{method} {target} HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n")), target);
                }
            }
        }
    }

    [Test]
    public async Task C10_C11_No_header_is_too_odd()
    {
        foreach (var operation in Operation.Every)
        {
            foreach (var header in Headers)
            {
                var request = $"{operation.Method} {operation.Path()} HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n{Json}\r\n{header}\r\n\r\n";
                MustBeHarmless(await operation.Client(Shop).Raw(Encoding.Latin1.GetBytes(request)), $"{operation} {header}");
            }
        }
    }

    [Test]
    public async Task C10_C11_No_request_line_is_too_odd()
    {
        string[] requests =
        [
            "GET\r\n\r\n", "GET /\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "\r\n\r\nGET / HTTP/1.1\r\n\r\n", "GET  /  HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "\0\0\0\0\r\n\r\n", "\u0016\u0003\u0001\u0002\0\u0001\0\r\n\r\n",
            "CONNECT x:80 HTTP/1.1\r\nHost: x:80\r\nConnection: close\r\n\r\n", "POST /products HTTP/1.0\r\n\r\n", "GET /products/1 HTTP/1.0\r\n\r\n",
        ];
        foreach (var request in requests)
        {
            MustBeHarmless(await Shop.Products.Raw(Encoding.Latin1.GetBytes(request)), request);
        }
    }

    [TestCase("HTTP/9.9")]
    [TestCase("HTTP/2.0")]
    [TestCase("HTTP/0.9")]
    public async Task C10_An_unknown_HTTP_version_is_a_bare_505_that_no_counter_sees(string version)
    {
        var failures = await ServerErrors();

        foreach (var client in Clients)
        {
            var answer = await client.Raw(Encoding.Latin1.GetBytes($"GET /products/1 {version}\r\nHost: shop\r\n\r\n"));

            Assert.That((int)answer.Status, Is.EqualTo(505));
            Assert.That(answer.Text, Is.Empty);
            Assert.That(answer.TraceId, Is.Null);
        }

        Assert.That(await ServerErrors(), Is.EqualTo(failures));
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.WithBody))]
    public async Task C11_No_value_of_a_member_is_too_odd(Operation operation)
    {
        await Furnish();
        foreach (var member in operation.Members)
        {
            foreach (var value in Values)
            {
                MustBeHarmless(await operation.Ask(Shop, operation.Body((member.Name, value))), $"{member.Name}: {value}");
            }
        }
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.WithBody))]
    public async Task C11_No_members_are_too_many(Operation operation)
    {
        await Furnish();
        var many = string.Concat(Enumerable.Range(0, 5000).Select(i => $"\"m{i}\":{i},"));
        var same = string.Concat(Enumerable.Repeat($"\"{operation.Members[0].Name}\":{{}},", 2000));

        MustBeHarmless(await operation.Ask(Shop, "{" + many + operation.Body()[1..]), "5000 members");
        MustBeHarmless(await operation.Ask(Shop, "{" + same + operation.Body()[1..]), "2000 times the same");
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.WithBody))]
    public async Task C11_No_mutation_of_a_body_is_too_odd(Operation operation)
    {
        await Furnish();
        var random = new Random(1);
        for (var i = 0; i < 200; i++)
        {
            var body = Encoding.UTF8.GetBytes(operation.Body(("unknown", "[\"\\u00e9\", 1.5e3]")));
            for (var change = random.Next(3); change >= 0; change--)
            {
                body = Mutated(body, random);
            }

            MustBeHarmless(
                await operation.Client(Shop).Raw($"{operation.Method} {operation.Path()}", [Json], body), $"mutation {i}: {Convert.ToBase64String(body)}");
        }
    }

    /// <summary>Returns the series that count 5xx responses, with their values.</summary>
    async Task<string[]> ServerErrors()
    {
        var pages = await Task.WhenAll(Clients.Select(client => client.GetStringAsync("/metrics")));
        return [.. pages.SelectMany(page => page.Split('\n')).Where(line => line.Contains("code=\"5", StringComparison.Ordinal))];
    }

    static byte[] Mutated(byte[] body, Random random)
    {
        var (from, to) = (random.Next(body.Length), random.Next(body.Length));
        const string Marks = "{}[]\",:\\0e-.\0\u0001\u0080\u00ff\u00ed";
        return random.Next(4) switch
        {
            0 => [.. body[..from], (byte)Marks[random.Next(Marks.Length)], .. body[from..]],
            1 => [.. body[..from], (byte)random.Next(256), .. body[(from + 1)..]],
            2 => [.. body[..from], .. body[Math.Min(from + random.Next(1, 8), body.Length)..]],
            _ => [.. body[..from], .. body[Math.Min(from, to)..Math.Max(from, to)], .. body[from..]],
        };
    }

    static void MustBeHarmless(Answer answer, string to)
    {
        Assert.That((int)answer.Status, Is.LessThan(500), () => $"{Start(to)} {answer}");
        if ((int)answer.Status >= 400)
        {
            answer.MustShowNothingWithin(Start(to));
        }
    }

    static string Start(string text) => text.Length < 300 ? text : text[..300];
}
