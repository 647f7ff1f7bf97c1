namespace Shop.Shared.Data;

/// <summary>The bounds of every batch of a host.</summary>
public sealed class BatchOptions
{
    /// <summary>Calls in a batch, at most.</summary>
    public int MaxSize { get; init; } = 256;

    /// <summary>Calls that may wait for a batch to leave; the next one is refused.</summary>
    public int MaxWaiting { get; init; } = 4096;
}
