using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Shop.Tests.Running;

/// <summary>A relay between Npgsql and the server that breaks the connection at the moment of a test's choice.</summary>
public sealed class ProxyToDatabase : IAsyncDisposable
{
    readonly Lock gate = new();
    readonly List<TcpClient> clients = [];
    readonly TcpListener listener = new(IPAddress.Loopback, port: 0);
    readonly NpgsqlConnectionStringBuilder server;
    readonly Task accepting;

    // Written by the test, read by the relays.
    volatile Moment cutAt = Moment.Never;
    volatile bool silent;

    /// <param name="connectionString">How to connect to the server itself, over TCP and without TLS.</param>
    public ProxyToDatabase(string connectionString)
    {
        server = new(connectionString);
        listener.Start();
        accepting = AcceptAll();
    }

    enum Moment
    {
        Never,
        NextRequest,
        NextAnswer,
    }

    /// <summary>How to connect by way of this relay, without a pool.</summary>
    public string ConnectionString => new NpgsqlConnectionStringBuilder(server.ConnectionString)
    {
        Port = ((IPEndPoint)listener.LocalEndpoint).Port,
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

    public async ValueTask DisposeAsync()
    {
        listener.Dispose();
        await accepting;
        Cut();
    }

    async Task AcceptAll()
    {
        try
        {
            while (true)
            {
                _ = Relay(await listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // Disposed of.
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
