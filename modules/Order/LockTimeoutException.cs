using Npgsql;

namespace Shop.Order;

/// <summary>What an order may have to wait for.</summary>
enum LockKind
{
    /// <summary>The buyer's row.</summary>
    User,

    /// <summary>The product's row.</summary>
    Product,

    /// <summary>The idempotency key, which another host is inserting.</summary>
    Key,
}

/// <summary>A row that somebody else has locked.</summary>
readonly record struct LockedRow(LockKind Kind, int Id);

/// <summary>A lock that the batch needs is held by somebody else for longer than <c>lock_timeout</c>. Nothing was done.</summary>
sealed class LockTimeoutException(LockKind kind, PostgresException inner) : Exception("A lock is held by somebody else.", inner)
{
    public LockKind Kind => kind;

    /// <summary>Lets a step run, and says what was waited for if it was in vain.</summary>
    public static async Task<T> Watch<T>(Task<T> step, LockKind kind)
    {
        try
        {
            return await step;
        }
        catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw new LockTimeoutException(kind, fault);
        }
    }
}
