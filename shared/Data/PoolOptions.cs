namespace Shop.Shared.Data;

/// <summary>Numbers of connections that a host may have, by the pools of <see cref="ShopDatabase"/>. Each is made when it is first needed.</summary>
public sealed class PoolOptions
{
    /// <summary>One for the batch, the others for products and users that are locked. At least 2.</summary>
    public int Orders { get; init; } = 5;

    /// <summary>One a module: its batches are read one after the other.</summary>
    public int Reads { get; init; } = 3;

    /// <summary>Single writes.</summary>
    public int Writes { get; init; } = 6;

    /// <summary>Pages that an index finds.</summary>
    public int Lists { get; init; } = 4;

    /// <summary>Pages that have to be looked for. Each keeps a core of the server busy.</summary>
    public int Scans { get; init; } = 2;

    /// <summary>Questions about lost commits.</summary>
    public int Rescue { get; init; } = 2;
}
