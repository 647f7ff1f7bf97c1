using Npgsql;

namespace Shop.Shared.Data;

/// <summary>Tells the faults of a database apart by what to do about them.</summary>
public static class DatabaseFaults
{
    /// <summary>
    /// The connection was lost or never came to be: the server is away, starting or stopping, or has ended the session (SQLSTATE class 08,
    /// 57P01 to 57P05, 25P03). What was not committed by then is undone.
    /// </summary>
    public static bool IsConnectionLoss(Exception fault) => fault switch
    {
        PostgresException refusal => refusal.SqlState.StartsWith("08", StringComparison.Ordinal)
            || refusal.SqlState.StartsWith("57P", StringComparison.Ordinal)
            || refusal.SqlState == "25P03",
        NpgsqlException => !IsOverload(fault),
        _ => false,
    };

    /// <summary>
    /// There was too much to do: a lock (55P03) or a statement (57014) took too long, transactions were in each other's way (40P01), or no
    /// connection was free (class 53, or the pool). Nothing was done.
    /// </summary>
    public static bool IsOverload(Exception fault) => fault switch
    {
        OverloadedException => true,
        PostgresException refusal => refusal.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.DeadlockDetected
            || refusal.SqlState.StartsWith("53", StringComparison.Ordinal),
        // The pool's and the command's time-outs have a TimeoutException inside; so has one of connecting, which is no overload.
        NpgsqlException { InnerException: TimeoutException } timeout =>
            !timeout.Message.StartsWith("Failed to connect", StringComparison.Ordinal),
        _ => false,
    };

    /// <summary>PostgreSQL refused what one call wanted: a value (SQLSTATE class 22) or a constraint (class 23).</summary>
    public static bool IsRefusal(Exception fault) =>
        fault is PostgresException { SqlState: ['2', '2' or '3', ..] };
}
