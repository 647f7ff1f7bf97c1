using System.ComponentModel.DataAnnotations;

namespace Shop.Shared.Data;

/// <summary>The bounds of every batch of a host, from the configuration's section <c>Batches</c>.</summary>
public sealed class BatchOptions
{
    /// <summary>Calls in a batch, at most.</summary>
    [Range(1, 10_000)]
    public int MaxSize { get; set; } = 256;

    /// <summary>Calls that may wait for a batch to leave; the next one is refused.</summary>
    [Range(1, 1_000_000)]
    public int MaxWaiting { get; set; } = 4096;
}
