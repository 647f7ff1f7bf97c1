using System.Data.Common;

namespace Shop.Shared.Contracts;

/// <summary>What the Product module promises: units of stock, taken within the caller's transaction.</summary>
public interface IStock
{
    /// <summary>
    /// Takes stock for each request, in the order given: each is granted whole if the units are there at its turn, or refused and takes
    /// nothing from those behind it. What is granted counts once <paramref name="transaction"/> commits. The products stay locked until
    /// then, so no other order overtakes; call it after <see cref="IUsers.Hold"/>, which keeps the order of locks.
    /// </summary>
    /// <returns>One verdict a request, in the same order.</returns>
    Task<IReadOnlyList<Reservation>> Reserve(
        IReadOnlyList<StockRequest> requests, DbTransaction transaction, CancellationToken cancelled);

    /// <summary>
    /// Puts stock back, all of it or none. It counts once <paramref name="transaction"/> commits; the products, which must exist, stay locked
    /// until then.
    /// </summary>
    /// <returns>False where a product's stock would exceed the largest there can be; nothing is put back then.</returns>
    Task<bool> Release(IReadOnlyList<StockRequest> requests, DbTransaction transaction, CancellationToken cancelled);

    /// <summary>
    /// Returns those of the products that <see cref="Reserve"/> would have to wait for, because another transaction has locked them. Locks the others until
    /// <paramref name="transaction"/> ends, so that is to be at once.
    /// </summary>
    Task<IReadOnlyCollection<int>> Locked(IReadOnlyCollection<int> productIds, DbTransaction transaction, CancellationToken cancelled);

    /// <summary>Units there are of each product, as <paramref name="transaction"/> sees them. Locks nothing: to look at, not to sell by.</summary>
    /// <returns>By the product's id; an id that is no product's is left out.</returns>
    Task<IReadOnlyDictionary<int, int>> UnitsLeft(IReadOnlyList<int> productIds, DbTransaction transaction, CancellationToken cancelled);
}

/// <summary>A wish for units of a product.</summary>
/// <param name="ProductId">Any number; one that is no product's is answered with <see cref="Reservation.UnknownProduct"/>.</param>
/// <param name="Quantity">Units of stock, at least 1.</param>
public readonly record struct StockRequest(int ProductId, int Quantity);

/// <summary>The verdict on one <see cref="StockRequest"/>.</summary>
public abstract record Reservation
{
    Reservation()
    {
    }

    /// <summary>The units are taken, at this name and price of one unit.</summary>
    public sealed record Granted(string ProductName, decimal UnitPrice) : Reservation;

    /// <summary>Too few units were there at the request's turn; nothing is taken.</summary>
    /// <param name="Available">Units that were there, at least 0.</param>
    public sealed record Insufficient(int Available) : Reservation;

    /// <summary>No product has this id.</summary>
    public sealed record UnknownProduct : Reservation;
}
