using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using Shop.Database;

namespace Shop.Tests.Running;

/// <summary>
/// A way to the test database that can be cut without harm to anybody who takes another: a relay of TCP connections on loopback.
/// </summary>
public sealed class DatabaseProxy : IAsyncDisposable
{
    readonly ConcurrentDictionary<Socket, Task> relayed = new();
    readonly int serverPort = new NpgsqlConnectionStringBuilder(TestDatabase.ConnectionString(Roles.Shop)).Port;
    readonly int port;

    // Bound always, so that no other program gets the port. It listens only while the way is open.
    Socket entry;
    Task accepting = Task.CompletedTask;
    TaskCompletionSource flowing = Flowing();

    public DatabaseProxy()
    {
        entry = Bind(0);
        port = ((IPEndPoint)entry.LocalEndPoint!).Port;
        Open();
    }

    /// <summary>How a host connects as its role, on this way: without time-outs of the driver, which could stand in for missing ones of ours.</summary>
    public string ConnectionString(string role) => new NpgsqlConnectionStringBuilder(TestDatabase.ConnectionString(role))
    {
        Port = port,
        Timeout = 0,
        CommandTimeout = 0,
        CancellationTimeout = 0,
    }.ConnectionString;

    /// <summary>The database is away: its connections are lost, and new ones are refused.</summary>
    public async Task Cut()
    {
        flowing.TrySetResult();
        entry.Dispose();
        await accepting;
        entry = Bind(port);
        foreach (var socket in relayed.Keys)
        {
            socket.Dispose();
        }

        await Task.WhenAll(relayed.Values);
    }

    /// <summary>The database is silent: connections stay and new ones come to be, but not a byte arrives.</summary>
    public void Freeze() => flowing = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The database is as it was.</summary>
    public void Restore()
    {
        flowing.TrySetResult();
        if (accepting.IsCompleted)
        {
            Open();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Cut();
        entry.Dispose();
    }

    void Open()
    {
        entry.Listen();
        accepting = Accept(entry);
    }

    async Task Accept(Socket listener)
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptAsync();
                relayed[client] = Relay(client);
            }
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // The way was cut.
        }
    }

    async Task Relay(Socket client)
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, serverPort);
            await Task.WhenAny(Pump(client, server), Pump(server, client));
        }
        finally
        {
            client.Dispose();
            relayed.TryRemove(client, out _);
        }
    }

    async Task Pump(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var count)
            {
                await flowing.Task;
                await to.SendAsync(buffer.AsMemory(0, count));
            }
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // One side has gone; the other is closed in turn.
        }
    }

    static Socket Bind(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        return socket;
    }

    static TaskCompletionSource Flowing()
    {
        var source = new TaskCompletionSource();
        source.SetResult();
        return source;
    }
}
