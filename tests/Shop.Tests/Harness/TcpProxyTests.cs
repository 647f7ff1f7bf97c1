using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using NUnit.Framework;

namespace Shop.Tests.Harness;

/// <summary>Connections of a client to a server, through the proxy. The test reads and writes at both ends.</summary>
public sealed class TcpProxyTests
{
    // Bytes that must not arrive are waited for this long. A slow machine can only hide a failure, not cause one.
    static readonly TimeSpan Never = TimeSpan.FromMilliseconds(200);

    TcpListener server = null!;
    TcpProxy proxy = null!;

    [SetUp]
    public void Start()
    {
        server = new(IPAddress.Loopback, 0);
        server.Start();
        proxy = new("127.0.0.1", ((IPEndPoint)server.LocalEndpoint).Port);
    }

    [TearDown]
    public async Task Stop()
    {
        await proxy.DisposeAsync();
        server.Dispose();
    }

    [Test]
    public async Task Passes_bytes_in_both_directions_and_the_end_of_each()
    {
        using var ends = await Connect();

        await Send(ends.Client, "ping");
        ends.Client.Shutdown(SocketShutdown.Send);
        Assert.That(await Read(ends.Server), Is.EqualTo("ping"));

        // The other direction is still open.
        await Send(ends.Server, "pong");
        ends.Server.Shutdown(SocketShutdown.Send);
        Assert.That(await Read(ends.Client), Is.EqualTo("pong"));
        await Wait.Until(() => proxy.OpenConnections == 0, "the connection to be closed");
    }

    [Test]
    public async Task Passes_many_chunks_in_their_order_while_it_delays_them()
    {
        using var ends = await Connect();
        proxy.ToServer.Delay = TimeSpan.FromMilliseconds(5);
        var text = string.Concat(Enumerable.Range(0, 500_000).Select(number => $"{number,8}"));

        var reading = Read(ends.Server);
        await Send(ends.Client, text).Soon();
        ends.Client.Shutdown(SocketShutdown.Send);

        Assert.That(await reading == text);
    }

    [Test]
    public async Task Delays_chunks_of_one_direction()
    {
        using var ends = await Connect();
        var delay = TimeSpan.FromMilliseconds(300);
        (proxy.ToServer.Delay, proxy.ToClient.Delay) = (delay, TimeSpan.FromHours(1));
        var began = Stopwatch.GetTimestamp();

        await Send(ends.Client, "ping");

        Assert.That(await Read(ends.Server, 4), Is.EqualTo("ping"));
        Assert.That(Stopwatch.GetElapsedTime(began), Is.GreaterThanOrEqualTo(delay));
    }

    [Test]
    public async Task A_delay_can_be_changed_while_a_connection_is_open()
    {
        using var ends = await Connect();
        await Send(ends.Client, "ping");
        Assert.That(await Read(ends.Server, 4), Is.EqualTo("ping"));

        proxy.ToServer.Delay = TimeSpan.FromHours(1);
        await Send(ends.Client, "late");
        Assert.That(Arrives(ends.Server), Is.False);

        proxy.Restore();
        Assert.That(await Read(ends.Server), Is.Empty, "the connection was cut, with the bytes that were held back");
        using var next = await Connect();
        await Send(next.Client, "ping");
        Assert.That(await Read(next.Server, 4), Is.EqualTo("ping"));
    }

    [Test]
    public async Task Drops_the_bytes_of_one_direction_and_keeps_the_connection()
    {
        using var ends = await Connect();
        proxy.ToServer.Drop = true;

        await Send(ends.Client, "lost");
        await Send(ends.Server, "passed");

        Assert.That(await Read(ends.Client, 6), Is.EqualTo("passed"));
        Assert.That(Arrives(ends.Server), Is.False);
        proxy.ToServer.Drop = false;
        await Send(ends.Client, "found");
        Assert.That(await Read(ends.Server, 5), Is.EqualTo("found"));
    }

    [Test]
    public async Task Drops_the_end_of_a_stream_too()
    {
        using var ends = await Connect();
        proxy.DropAll();

        ends.Client.Dispose();

        Assert.That(Arrives(ends.Server), Is.False);
        Assert.That(proxy.OpenConnections, Is.EqualTo(1));
    }

    [Test]
    public async Task Cuts_open_connections_and_accepts_new_ones()
    {
        using var first = await Connect();
        using var second = await Connect();
        Assert.That(proxy.OpenConnections, Is.EqualTo(2));

        proxy.CutConnections();

        Assert.That(proxy.OpenConnections, Is.Zero);
        foreach (var ends in new[] { first, second })
        {
            Assert.That(await Read(ends.Client), Is.Empty);
            Assert.That(await Read(ends.Server), Is.Empty);
        }

        using var third = await Connect();
        Assert.That(proxy.OpenConnections, Is.EqualTo(1));
    }

    [Test]
    public async Task Cuts_at_the_next_chunk_of_one_direction([Values] bool toServer)
    {
        using var ends = await Connect();
        var (sender, receiver) = toServer ? (ends.Client, ends.Server) : (ends.Server, ends.Client);
        (toServer ? proxy.ToServer : proxy.ToClient).CutAtNextChunk();
        await Send(receiver, "passed");
        Assert.That(await Read(sender, 6), Is.EqualTo("passed"), "the other direction cuts nothing");

        await Send(sender, "lost");

        Assert.That(await Read(receiver), Is.Empty);
        Assert.That(await Read(sender), Is.Empty);
        using var next = await Connect();
        await Send(next.Client, "ping");
        Assert.That(await Read(next.Server, 4), Is.EqualTo("ping"), "it cuts once");
    }

    [Test]
    public async Task Refuses_new_connections_and_keeps_open_ones()
    {
        using var ends = await Connect();

        await proxy.RefuseConnections();

        Assert.That(Connect, Throws.InstanceOf<SocketException>());
        await Send(ends.Client, "ping");
        Assert.That(await Read(ends.Server, 4), Is.EqualTo("ping"));
        proxy.AcceptConnections();
        using var next = await Connect();
        Assert.That(proxy.OpenConnections, Is.EqualTo(2));
    }

    [Test]
    public async Task Ends_a_connection_whose_server_does_not_listen()
    {
        server.Stop();
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        await client.ConnectAsync(IPAddress.Loopback, proxy.Port);

        Assert.That(await Read(client), Is.Empty);
        await Wait.Until(() => proxy.OpenConnections == 0, "the connection to be closed");
    }

    /// <summary>Connects through the proxy.</summary>
    async Task<Ends> Connect()
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, proxy.Port);
        return new(client, await server.AcceptSocketAsync().Soon());
    }

    static async Task Send(Socket end, string text) => await end.SendAsync(Encoding.ASCII.GetBytes(text));

    /// <summary>Reads a number of bytes, or all until the end of the stream or its reset.</summary>
    static async Task<string> Read(Socket end, int count = int.MaxValue)
    {
        var (buffer, text) = (new byte[64 * 1024], new StringBuilder());
        try
        {
            while (text.Length < count
                && await end.ReceiveAsync(buffer.AsMemory(0, Math.Min(buffer.Length, count - text.Length))).AsTask().Soon() is > 0 and var received)
            {
                text.Append(Encoding.ASCII.GetString(buffer, 0, received));
            }
        }
        catch (SocketException fault) when (fault.SocketErrorCode == SocketError.ConnectionReset)
        {
            // The connection was cut.
        }

        return text.ToString();
    }

    /// <summary>Whether anything arrives, or the end of the stream.</summary>
    static bool Arrives(Socket end) => end.Poll(Never, SelectMode.SelectRead);

    sealed record Ends(Socket Client, Socket Server) : IDisposable
    {
        public void Dispose()
        {
            Client.Dispose();
            Server.Dispose();
        }
    }
}
