using System.Net.Sockets;
using System.Threading.Channels;
using Shop.Harness.Processes;

namespace Shop.Harness.Network;

/// <summary>A client's connection to a <see cref="TcpProxy"/>, and the connection to the server behind it.</summary>
sealed class ProxyConnection(Socket client, TcpProxy proxy) : IDisposable
{
    const int ChunkSize = 16 * 1024;

    // Bounds the memory per direction to 16 MiB. A sender that is faster waits, as it does for any full socket.
    const int MaxQueuedChunks = 1024;

    readonly Socket server = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    readonly CancellationTokenSource closed = new();

    /// <summary>Connects to the server and relays bytes until both sides have closed, or the connection is disposed of.</summary>
    public async Task Run(string host, int port)
    {
        await CutIfFailed(server.ConnectAsync(host, port, closed.Token).AsTask());
        if (!closed.IsCancellationRequested)
        {
            await Task.WhenAll(Relay(client, server, proxy.ToServer), Relay(server, client, proxy.ToClient));
        }

        Dispose();
    }

    /// <summary>Cuts the connection.</summary>
    public void Dispose()
    {
        closed.Cancel();
        client.Dispose();
        server.Dispose();
    }

    Task Relay(Socket from, Socket to, ProxyDirection direction)
    {
        var queue = Channel.CreateBounded<Chunk>(MaxQueuedChunks);
        return Task.WhenAll(
            CutIfFailed(Read(from, direction, queue.Writer)),
            CutIfFailed(Write(to, queue.Reader)));
    }

    async Task Read(Socket from, ProxyDirection direction, ChannelWriter<Chunk> queue)
    {
        var buffer = new byte[ChunkSize];
        while (await from.ReceiveAsync(buffer, closed.Token) is > 0 and var count)
        {
            if (direction.TakeCut())
            {
                proxy.CutConnections();
            }
            else if (!direction.Drop)
            {
                await queue.WriteAsync(new(direction.DueTime(), buffer[..count]), closed.Token);
            }
        }

        if (!direction.Drop)
        {
            queue.Complete();
        }
    }

    async Task Write(Socket to, ChannelReader<Chunk> queue)
    {
        await using var stream = new NetworkStream(to);
        await foreach (var chunk in queue.ReadAllAsync(closed.Token))
        {
            await Wait.UntilTime(chunk.Due, closed.Token);
            await stream.WriteAsync(chunk.Bytes, closed.Token);
        }

        to.Shutdown(SocketShutdown.Send);
    }

    /// <summary>Waits for a task. Cuts the connection if it fails.</summary>
    async Task CutIfFailed(Task task)
    {
        try
        {
            await task;
        }
        catch (Exception fault) when (fault is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            Dispose();
        }
    }

    /// <param name="Due">Time of delivery, as a timestamp of <see cref="System.Diagnostics.Stopwatch"/>.</param>
    /// <param name="Bytes">The bytes.</param>
    readonly record struct Chunk(long Due, byte[] Bytes);
}
