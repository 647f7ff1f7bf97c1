using System.Diagnostics;

namespace Shop.Harness.Network;

/// <summary>Faults in one direction of a <see cref="TcpProxy"/>. They apply to all its connections, and can be set while connections are open.</summary>
public sealed class ProxyDirection
{
    // Set by the test, read by the connections.
    volatile bool isDropping;
    bool isCutting;

    /// <summary>Latency added to each chunk of bytes. Chunks stay in order, and do not wait for the delay of the previous one.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Whether bytes vanish while the connections stay open. The end of a stream vanishes too, so the receiver does not learn of it.</summary>
    public bool Drop
    {
        get => isDropping;
        set => isDropping = value;
    }

    /// <summary>Cuts all connections at the next chunk of this direction. The chunk is not delivered.</summary>
    public void CutAtNextChunk() => Volatile.Write(ref isCutting, true);

    /// <summary>Whether this chunk cuts all connections. True only once.</summary>
    internal bool TakeCut() => Interlocked.Exchange(ref isCutting, false);

    /// <summary>Time at which a chunk that arrives now is to be delivered, as a timestamp of <see cref="Stopwatch"/>.</summary>
    internal long DueTime() => Stopwatch.GetTimestamp() + (long)(Delay.TotalSeconds * Stopwatch.Frequency);

    internal void Reset()
    {
        (Delay, Drop) = (TimeSpan.Zero, false);
        TakeCut();
    }
}
