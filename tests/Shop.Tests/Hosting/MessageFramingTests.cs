using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Shop.Tests.Hosting;

/// <summary>
/// Where a request ends and the next begins (RFC 9112, section 6). Whatever becomes of a request, nothing within its body is taken for a request:
/// a client behind a shared proxy could answer others with that.
/// </summary>
public sealed partial class MessageFramingTests(Layout layout) : ShopTests(layout)
{
    const string Outer = "11111111111111111111111111111111";
    const string Inner = "22222222222222222222222222222222";
    const string Next = "33333333333333333333333333333333";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>A request that stands within a body.</summary>
    static readonly string Smuggled = Request("GET /health/live", Inner, "Host: shop");

    /// <summary>Bodies and how they are announced. Each is a whole message to a server that follows the RFC, or one that it must refuse.</summary>
    static readonly (string Name, string[] Headers, string Body)[] Messages =
    [
        ("announced by its length", [$"Content-Length: {Smuggled.Length}"], Smuggled),
        ("announced twice by the same length", [$"Content-Length: {Smuggled.Length}", $"Content-Length: {Smuggled.Length}"], Smuggled),
        ("in chunks", ["Transfer-Encoding: chunked"], Chunk(Smuggled) + "0\r\n\r\n"),
        ("in chunks with extensions", ["Transfer-Encoding: chunked"], $"{Smuggled.Length:x};a=\"b\"\r\n{Smuggled}\r\n0;c\r\n\r\n"),
        ("in chunks with trailers", ["Transfer-Encoding: chunked"], $"{Chunk(Smuggled)}0\r\nHost: elsewhere\r\nContent-Length: 5\r\n\r\n"),
        ("in chunks and by a length of nothing", ["Content-Length: 0", "Transfer-Encoding: chunked"], Chunk(Smuggled) + "0\r\n\r\n"),
        ("in chunks and by a length", ["Transfer-Encoding: chunked", "Content-Length: 4"], Chunk(Smuggled) + "0\r\n\r\n"),
        ("by two lengths", ["Content-Length: 0", $"Content-Length: {Smuggled.Length}"], Smuggled),
        ("by two lengths in one", [$"Content-Length: 0, {Smuggled.Length}"], Smuggled),
        ("by a length with a sign", [$"Content-Length: +{Smuggled.Length}"], Smuggled),
        ("by a length in hexadecimal", [$"Content-Length: 0x{Smuggled.Length:x}"], Smuggled),
        ("by a negative length", ["Content-Length: -1"], Smuggled),
        ("by no number", ["Content-Length: all"], Smuggled),
        ("in an unknown coding", ["Transfer-Encoding: xchunked"], Smuggled),
        ("in a coding that does not end in chunks", ["Transfer-Encoding: chunked, gzip"], Chunk(Smuggled) + "0\r\n\r\n"),
        ("in chunks twice", ["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"], Chunk(Smuggled) + "0\r\n\r\n"),
        ("in chunks by a name with a blank", ["Transfer-Encoding : chunked"], Chunk(Smuggled) + "0\r\n\r\n"),
        ("in chunks of a size that is none", ["Transfer-Encoding: chunked"], $"zz\r\n{Smuggled}\r\n0\r\n\r\n"),
        ("in chunks of a negative size", ["Transfer-Encoding: chunked"], $"-1\r\n{Smuggled}\r\n0\r\n\r\n"),
        ("in chunks of a size beyond all bounds", ["Transfer-Encoding: chunked"], $"ffffffffffffffffff\r\n{Smuggled}\r\n0\r\n\r\n"),
        ("in chunks without an end of line", ["Transfer-Encoding: chunked"], $"2\r\n{{}}XX{Smuggled}\r\n0\r\n\r\n"),
        ("far too large", [$"Content-Length: {70_000 + Smuggled.Length}"], new string('x', 70_000) + Smuggled),
        ("far too large, in chunks", ["Transfer-Encoding: chunked"], Chunk(new string('x', 70_000)) + Chunk(Smuggled) + "0\r\n\r\n"),
        ("after a promise to wait", ["Expect: 100-continue", $"Content-Length: {Smuggled.Length}"], Smuggled),
    ];

    /// <summary>What is asked of the body's path: taken, refused before the body is read, and without any use for it.</summary>
    static readonly string[] Heads =
    [
        "POST /products application/json", "POST /products text/plain", "PUT /products/1 application/json", "GET /products/1 application/json",
        "HEAD /products/1 text/plain", "DELETE /products/4711 text/plain", "PATCH /products text/plain", "POST /nothing application/json", "OPTIONS /products text/plain",
    ];

    [TestCaseSource(nameof(Heads))]
    public async Task C10_The_next_request_is_never_read_out_of_a_body(string head)
    {
        await Furnish();
        var (line, contentType) = (head[..head.LastIndexOf(' ')], head[(head.LastIndexOf(' ') + 1)..]);
        using (Assert.EnterMultipleScope())
        {
            foreach (var (name, headers, body) in Messages)
            {
                var request = Request(line, Outer, ["Host: shop", $"Content-Type: {contentType}", .. headers]) + body;

                var answers = await Exchange(request + Request("GET /health/live", Next, "Host: shop", "Connection: close"));

                var traces = TraceId().Matches(answers).Select(match => match.Groups[1].Value).ToArray();
                Assert.That(traces, Has.None.EqualTo(Inner), () => $"{name}\n{answers}");
                Assert.That(traces.Where(trace => trace == Next).Count(), Is.LessThanOrEqualTo(1), () => $"{name}\n{answers}");
                Assert.That(StatusLine().Matches(answers).Select(match => match.Groups[1].Value), Is.Not.Empty.And.All.Matches("^[1234]"), () => $"{name}\n{answers}");
            }
        }
    }

    [Test]
    public async Task C10_After_a_refusal_the_connection_goes_on_or_is_closed()
    {
        await Furnish();
        var tooLarge = new string('x', 70_000);
        foreach (var line in new[] { "POST /products", "PATCH /products", "POST /nothing", "GET /products/1" })
        {
            var request = Request(line, Outer, "Host: shop", "Content-Type: application/json", $"Content-Length: {tooLarge.Length}") + tooLarge;

            var answers = await Exchange(request + Request("GET /products/1", Next, "Host: shop", "Connection: close"));

            var statuses = StatusLine().Matches(answers).Select(match => match.Groups[1].Value).ToArray();
            Assert.That(statuses.Skip(1), Is.EqualTo(new[] { "200" }), () => $"{line}\n{answers}");
        }
    }

    static string Request(string line, string traceId, params string[] headers) =>
        $"{line} HTTP/1.1\r\ntraceparent: 00-{traceId}-00f067aa0ba902b7-01\r\n{string.Join("\r\n", headers)}\r\n\r\n";

    static string Chunk(string data) => $"{data.Length:x}\r\n{data}\r\n";

    /// <summary>Sends all at once and reads until the server closes the connection.</summary>
    async Task<string> Exchange(string bytes)
    {
        using var deadline = new CancellationTokenSource(Patience);
        using var connection = new TcpClient();
        await connection.ConnectAsync(IPAddress.Loopback, Shop.Products.BaseAddress!.Port, deadline.Token);
        var stream = connection.GetStream();
        var answer = new MemoryStream();
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(bytes), deadline.Token);
            await stream.CopyToAsync(answer, deadline.Token);
        }
        catch (Exception fault) when (fault is IOException or SocketException)
        {
            // It has answered and not read the rest.
        }

        return Encoding.ASCII.GetString(answer.ToArray());
    }

    [GeneratedRegex(@"^X-Trace-Id: (\w+)", RegexOptions.Multiline)]
    private static partial Regex TraceId();

    [GeneratedRegex(@"^HTTP/1\.1 (\d{3})", RegexOptions.Multiline)]
    private static partial Regex StatusLine();
}
