namespace Shop.Shared.Data;

/// <summary>The bounds of every batch of a host.</summary>
public sealed class BatchOptions
{
    /// <summary>Calls in a batch, at most.</summary>
    public required int MaxSize { get; init; }

    /// <summary>Calls that may wait for a batch to leave; the next one is refused.</summary>
    public required int MaxWaiting { get; init; }
}
