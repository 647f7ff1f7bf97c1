using Npgsql;

namespace Shop.Shared.Data;

/// <summary>What to do about a fault of the database.</summary>
public enum FaultKind
{
    /// <summary>It is none of the database's, or one that was not foreseen: a fault of ours.</summary>
    Other,

    /// <summary>There is too much to do. Nothing was done.</summary>
    Overloaded,

    /// <summary>The database cannot be used: no connection, no login, no answer, or it is read-only. What was not committed is undone.</summary>
    Unavailable,

    /// <summary>Transactions were in each other's way, and this one was undone; or a prepared statement is out of date. To be run again.</summary>
    Conflict,

    /// <summary>PostgreSQL refused what one call wanted.</summary>
    Refused,
}

/// <summary>Tells the faults of a database apart by what to do about them.</summary>
public static class DatabaseFaults
{
    // By SQLSTATE, or by what it begins with (PostgreSQL manual, appendix A).
    static readonly (string SqlState, FaultKind Kind)[] Kinds =
    [
        ("53100", FaultKind.Overloaded), // disk_full
        ("53200", FaultKind.Overloaded), // out_of_memory
        ("53300", FaultKind.Overloaded), // too_many_connections
        ("55P03", FaultKind.Overloaded), // lock_not_available: lock_timeout
        ("57014", FaultKind.Overloaded), // query_canceled: statement_timeout
        ("40001", FaultKind.Conflict), // serialization_failure
        ("40P01", FaultKind.Conflict), // deadlock_detected
        ("0A000", FaultKind.Conflict), // feature_not_supported: "cached plan must not change result type", after a migration
        ("08", FaultKind.Unavailable), // connection exceptions
        ("25006", FaultKind.Unavailable), // read_only_sql_transaction
        ("25P03", FaultKind.Unavailable), // idle_in_transaction_session_timeout
        ("28", FaultKind.Unavailable), // invalid authorization: a password that was changed, a role that may not log in
        ("3D000", FaultKind.Unavailable), // invalid_catalog_name: there is no such database
        ("57P0", FaultKind.Unavailable), // operator intervention: starting, stopping, crashed, session ended
        ("22", FaultKind.Refused), // data exceptions
        ("23", FaultKind.Refused), // integrity constraints
    ];

    /// <summary>Every row of the table, for whoever lists what is refused how.</summary>
    public static IReadOnlyList<(string SqlState, FaultKind Kind)> Table => Kinds;

    /// <summary>Returns what to do about a fault.</summary>
    public static FaultKind KindOf(Exception fault) => fault switch
    {
        OverloadedException => FaultKind.Overloaded,
        OutcomeUnknownException or ConnectionFailedException => FaultKind.Unavailable,
        PostgresException refusal => KindOf(refusal.SqlState),
        // Of several hosts none let us in. One that had no room is worth another try soon.
        NpgsqlException { InnerException: AggregateException hosts } =>
            hosts.InnerExceptions.Any(host => KindOf(host) == FaultKind.Overloaded) ? FaultKind.Overloaded : FaultKind.Unavailable,
        NpgsqlException => FaultKind.Unavailable,
        _ => FaultKind.Other,
    };

    /// <summary>
    /// Whether the same may be tried again at once: the transaction was undone and nothing speaks against a second one. That is so after a conflict, and
    /// where a connection broke, which may have been dead for long. A server that did not answer in time would only be waited for twice.
    /// </summary>
    public static bool MayBeRunAgain(Exception fault) => KindOf(fault) switch
    {
        FaultKind.Conflict => true,
        FaultKind.Unavailable => fault switch
        {
            PostgresException refusal => refusal.SqlState.StartsWith("08", StringComparison.Ordinal) || refusal.SqlState.StartsWith("57P0", StringComparison.Ordinal)
                || refusal.SqlState == "25P03",
            NpgsqlException => fault.InnerException is not TimeoutException,
            _ => false,
        },
        _ => false,
    };

    static FaultKind KindOf(string sqlState) =>
        Kinds.FirstOrDefault(row => sqlState.StartsWith(row.SqlState, StringComparison.Ordinal)).Kind;
}
