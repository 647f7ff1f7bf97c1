using System.Net.Sockets;
using System.Text;
using NUnit.Framework;

namespace Shop.Tests.Hosting;

/// <summary>Clients that hold connections without using them.</summary>
public sealed class ConnectionLimitTests(Layout layout) : ShopTests(layout)
{
    const int Max = 40;

    protected override Task<RunningShop> OpenShop() => Sandbox.StartShop(Layout, settings: ("MAX_CONNECTIONS", $"{Max}"));

    [OneTimeTearDown]
    public ValueTask CloseShop() => Shop.DisposeAsync();

    [Test]
    public async Task A_connection_beyond_the_bound_is_closed_and_those_that_are_open_are_served()
    {
        // In the all-in-one host the bound is of its three ports together.
        Uri[] ports = Layout == Layout.AllInOne
            ? [Shop.Products.BaseAddress!, Shop.Orders.BaseAddress!, Shop.Users.BaseAddress!]
            : [Shop.Orders.BaseAddress!];
        var served = new List<Connection>();
        var refused = 0;
        for (var i = 0; i < Max + 10; i++)
        {
            var connection = new Connection(ports[i % ports.Length]);
            if (await connection.Ask("/health/live") is { Length: > 0 } answer)
            {
                Assert.That(answer, Does.StartWith("HTTP/1.1 200 "));
                served.Add(connection);
            }
            else
            {
                refused++;
                connection.Dispose();
            }
        }

        // The clients of the test have some open, too.
        Assert.That(served, Has.Count.InRange(Max - 10, Max));
        foreach (var connection in served)
        {
            Assert.That(await connection.Ask("/health/live"), Does.StartWith("HTTP/1.1 200 "));
        }

        var page = await served[0].Ask("/metrics");
        Assert.That(page, Does.Contain($"shop_connections_refused_total {refused}\n").And.Contain($"shop_connections_max {Max}\n"));
        served[1].Dispose();
        await Wait.Until(
            async () =>
            {
                using var another = new Connection(ports[0]);
                return await another.Ask("/health/live") is { Length: > 0 };
            },
            "the place of one that was closed");
        served.ForEach(connection => connection.Dispose());
    }

    [Test]
    public async Task A_body_that_does_not_come_is_cut_off()
    {
        using var connection = new Connection(Shop.Orders.BaseAddress!);
        Assert.That(
            await connection.Send("POST /orders HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"),
            Does.StartWith("HTTP/1.1 400 ").And.Contain("malformed_json"));
    }

    [Test]
    public async Task C10_The_preface_of_HTTP_2_is_answered_with_a_frame_that_asks_for_HTTP_1()
    {
        const string GoAway = "\a", Http11Required = "\r"; // type 7 and error 13 (RFC 9113, sections 6.8 and 7)
        using var connection = new Connection(Shop.Orders.BaseAddress!);
        var frame = await connection.Send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        Assert.That(frame, Does.EndWith(Http11Required));
        Assert.That(frame.Substring(3, 1), Is.EqualTo(GoAway));
    }

    sealed class Connection(Uri port) : IDisposable
    {
        readonly TcpClient client = new();

        public Task<string> Ask(string path) => Send($"GET {path} HTTP/1.1\r\nHost: shop\r\n\r\n");

        /// <summary>Sends a text, and returns what comes first, or nothing where the connection is closed.</summary>
        public async Task<string> Send(string text)
        {
            try
            {
                if (!client.Connected)
                {
                    await client.ConnectAsync(port.Host, port.Port);
                }

                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text));
                var answer = new StringBuilder();
                var buffer = new byte[64 * 1024];
                do
                {
                    var read = await client.GetStream().ReadAsync(buffer).AsTask().Soon();
                    if (read == 0)
                    {
                        break;
                    }

                    answer.Append(Encoding.Latin1.GetString(buffer, 0, read));
                }
                // What this host answers is chunked; a frame is whole.
                while (answer.ToString().StartsWith("HTTP", StringComparison.Ordinal) && !answer.ToString().EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal));
                return answer.ToString();
            }
            catch (Exception fault) when (fault is IOException or SocketException)
            {
                return "";
            }
        }

        public void Dispose() => client.Dispose();
    }
}
