using System.Net;
using System.Net.Sockets;
using Shop.Harness.Processes;

namespace Shop.Harness.Network;

/// <summary>
/// A TCP proxy on a port of loopback that injects network faults between clients and one server: latency, lost bytes, cut connections and
/// refused ones. It does not know the protocol.
/// </summary>
public class TcpProxy : IAsyncDisposable
{
    readonly string host;
    readonly int port;
    readonly Lock gate = new();
    readonly List<ProxyConnection> connections = [];

    // Always bound, so that no other program gets the port. The system refuses connections while the socket does not listen.
    Socket listener;
    Task accepting = Task.CompletedTask;

    /// <summary>Starts a proxy.</summary>
    /// <param name="host">Host of the server.</param>
    /// <param name="port">Port of the server. It may start to listen later.</param>
    public TcpProxy(string host, int port)
    {
        (this.host, this.port) = (host, port);
        Port = Loopback.FreePort();
        listener = Bind();
        AcceptConnections();
    }

    /// <summary>Port of 127.0.0.1 on which the proxy listens.</summary>
    public int Port { get; }

    /// <summary>Faults in what clients send.</summary>
    public ProxyDirection ToServer { get; } = new();

    /// <summary>Faults in what the server sends.</summary>
    public ProxyDirection ToClient { get; } = new();

    /// <summary>Number of clients' connections that are open.</summary>
    public int OpenConnections
    {
        get
        {
            lock (gate)
            {
                return connections.Count;
            }
        }
    }

    /// <summary>Drops bytes in both directions, as if the server hangs or the network is gone. No connection ends.</summary>
    public void DropAll() => ToServer.Drop = ToClient.Drop = true;

    /// <summary>Cuts the open connections. New ones are accepted.</summary>
    public void CutConnections()
    {
        ProxyConnection[] open;
        lock (gate)
        {
            open = [.. connections];
            connections.Clear();
        }

        foreach (var connection in open)
        {
            connection.Dispose();
        }
    }

    /// <summary>Refuses new connections. Open ones stay.</summary>
    public async Task RefuseConnections()
    {
        await StopListening();
        // A program that this process is starting has a copy of the old socket from fork(2) to execve(2), and the port is in use until then.
        await Wait.Until(TryBind, "the proxy's port to be free");
    }

    /// <summary>Accepts connections again after <see cref="RefuseConnections"/>.</summary>
    public void AcceptConnections()
    {
        if (accepting.IsCompleted)
        {
            listener.Listen();
            accepting = AcceptAll();
        }
    }

    /// <summary>Refuses new connections and cuts the open ones, as if the server has ended.</summary>
    public async Task TakeDown()
    {
        await RefuseConnections();
        CutConnections();
    }

    /// <summary>Ends all faults. Cuts the open connections, because bytes may be missing in them.</summary>
    public void Restore()
    {
        ToServer.Reset();
        ToClient.Reset();
        CutConnections();
        AcceptConnections();
    }

    /// <summary>Cuts the open connections and frees the port.</summary>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await StopListening();
        CutConnections();
    }

    Socket Bind()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, Port));
        return socket;
    }

    bool TryBind()
    {
        try
        {
            listener = Bind();
            return true;
        }
        catch (SocketException fault) when (fault.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return false;
        }
    }

    Task StopListening()
    {
        listener.Dispose();
        return accepting;
    }

    async Task AcceptAll()
    {
        try
        {
            while (true)
            {
                _ = Serve(await listener.AcceptAsync());
            }
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // The socket does not listen any more.
        }
    }

    async Task Serve(Socket client)
    {
        client.NoDelay = true;
        using var connection = new ProxyConnection(client, this);
        lock (gate)
        {
            connections.Add(connection);
        }

        await connection.Run(host, port);
        lock (gate)
        {
            connections.Remove(connection);
        }
    }
}
