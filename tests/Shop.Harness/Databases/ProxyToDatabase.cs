using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Shop.Harness.Databases;

/// <summary>
/// A relay between Npgsql and the server that breaks connections at the moment of a test's choice, and can be as a server that is away.
/// </summary>
public sealed class ProxyToDatabase : IAsyncDisposable
{
    readonly Lock gate = new();
    readonly List<TcpClient> clients = [];
    readonly NpgsqlConnectionStringBuilder server;

    // Bound always, so that no other program gets the port. Connections are refused where it does not listen.
    Socket entry = Bind(0);
    Task accepting = Task.CompletedTask;

    // Written by the test, read by the relays.
    volatile Moment cutAt = Moment.Never;
    volatile bool silent;

    /// <param name="connectionString">How to connect to the server itself, over TCP and without TLS.</param>
    public ProxyToDatabase(string connectionString)
    {
        server = new(connectionString);
        Port = ((IPEndPoint)entry.LocalEndPoint!).Port;
        BringBack();
    }

    enum Moment
    {
        Never,
        NextRequest,
        NextAnswer,
    }

    /// <summary>The port of loopback in place of the server's.</summary>
    public int Port { get; }

    /// <summary>How to connect by way of this relay, without a pool.</summary>
    public string ConnectionString => new NpgsqlConnectionStringBuilder(server.ConnectionString)
    {
        Port = Port,
        Pooling = false,
    }.ConnectionString;

    /// <summary>From now on what the client asks next does not arrive, and breaks every connection.</summary>
    public void CutAtNextRequest() => cutAt = Moment.NextRequest;

    /// <summary>From now on what the server answers next does not arrive, and breaks every connection.</summary>
    public void CutAtNextAnswer() => cutAt = Moment.NextAnswer;

    /// <summary>From now on nothing arrives on either side, and no connection breaks: a server that hangs.</summary>
    public void FallSilent() => silent = true;

    /// <summary>Breaks every connection. New ones may follow.</summary>
    public void Cut()
    {
        lock (gate)
        {
            clients.ForEach(client => client.Dispose());
            clients.Clear();
        }
    }

    /// <summary>From now on the server is away: connections break, and new ones are refused.</summary>
    public async Task TakeAway()
    {
        entry.Dispose();
        await accepting;
        entry = Bind(Port);
        Cut();
    }

    /// <summary>Whatever was done to it, the server answers again on new connections.</summary>
    public void BringBack()
    {
        silent = false;
        Cut();
        if (accepting.IsCompleted)
        {
            entry.Listen();
            accepting = AcceptAll();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await TakeAway();
        entry.Dispose();
    }

    static Socket Bind(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        return socket;
    }

    async Task AcceptAll()
    {
        try
        {
            while (true)
            {
                _ = Relay(new() { Client = await entry.AcceptAsync() });
            }
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // Taken away.
        }
    }

    async Task Relay(TcpClient client)
    {
        var upstream = new TcpClient();
        lock (gate)
        {
            clients.AddRange([client, upstream]);
        }

        try
        {
            await upstream.ConnectAsync(server.Host!, server.Port);
            await Task.WhenAny(
                Pass(client.GetStream(), upstream.GetStream(), Moment.NextRequest),
                Pass(upstream.GetStream(), client.GetStream(), Moment.NextAnswer));
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Cut while it connected.
        }

        // Where one side has closed, the other is told.
        client.Dispose();
        upstream.Dispose();
    }

    async Task Pass(NetworkStream from, NetworkStream to, Moment moment)
    {
        var bytes = new byte[8192];
        try
        {
            while (await from.ReadAsync(bytes) is > 0 and var count)
            {
                if (cutAt == moment)
                {
                    cutAt = Moment.Never;
                    Cut();
                }

                if (!silent)
                {
                    await to.WriteAsync(bytes.AsMemory(0, count));
                }
            }
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException)
        {
            // Cut.
        }
    }
}
