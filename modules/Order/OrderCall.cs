using Shop.Shared.Contracts;
using Shop.Shared.Data;

namespace Shop.Order;

/// <summary>One buyer's wish, valid in itself, on its way through a batch. Each is told apart by reference: two may ask the same.</summary>
/// <param name="aborted">Cancelled when the client goes away.</param>
sealed class OrderCall(int userId, int productId, int quantity, string? idempotencyKey, CancellationToken aborted)
{
    public int UserId => userId;

    public int ProductId => productId;

    public int Quantity => quantity;

    public string? IdempotencyKey => idempotencyKey;

    public CancellationToken Aborted => aborted;

    /// <summary>The row of the user or of the product that the call needs.</summary>
    public LockedRow Of(LockKind kind) => new(kind, kind == LockKind.User ? userId : productId);

    /// <summary>Whether <paramref name="order"/> is what this call asks for, so that the same key may answer with it.</summary>
    public bool Asks(Order order) =>
        order.UserId == userId && order.ProductId == productId && order.Quantity == quantity;

    /// <summary>The order as it was just placed.</summary>
    public Order PlacedAs(long id, string username, Reservation.Granted terms, DateTime createdAt) => new(
        id,
        userId,
        username,
        productId,
        terms.ProductName,
        quantity,
        terms.UnitPrice,
        terms.UnitPrice * quantity,
        OrderStatus.Pending,
        createdAt,
        UpdatedAt: createdAt,
        Version: 1);
}

/// <summary>What becomes of an <see cref="OrderCall"/>.</summary>
abstract record Verdict
{
    Verdict(string outcome) => Outcome = outcome;

    /// <summary>Every <see cref="Outcome"/> that there is.</summary>
    public static IReadOnlyList<string> Outcomes { get; } =
    [
        "placed", "replayed", "idempotency_key_reused", "user_not_found", "product_not_found", "insufficient_stock",
        "overloaded", "abandoned", "failed",
    ];

    /// <summary>The verdict's name in the metrics, one of <see cref="Outcomes"/>.</summary>
    public string Outcome { get; }

    public sealed record Placed(Order Order) : Verdict("placed");

    /// <summary>The idempotency key has its order already: the same wish, placed earlier.</summary>
    public sealed record Replayed(Order Order) : Verdict("replayed");

    /// <summary>The idempotency key belongs to another wish.</summary>
    public sealed record KeyReused() : Verdict("idempotency_key_reused");

    public sealed record UnknownUser() : Verdict("user_not_found");

    public sealed record UnknownProduct() : Verdict("product_not_found");

    /// <param name="Available">Units that were there at the call's turn.</param>
    public sealed record Insufficient(int Available) : Verdict("insufficient_stock");

    /// <summary>It was not judged, because a user or product is locked by somebody else. It is on its way to a lane or to another attempt.</summary>
    public sealed record Locked(LockTimeoutException Timeout) : Verdict("overloaded");

    /// <summary>It was not judged: there was too much to do, its client has gone, or the database did not let it be.</summary>
    public sealed record Failed(Exception Fault) : Verdict(Fault switch
    {
        OperationCanceledException => "abandoned",
        _ when DatabaseFaults.KindOf(Fault) is FaultKind.Overloaded or FaultKind.Conflict => "overloaded",
        _ => "failed",
    });
}
