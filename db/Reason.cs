using EvolveDb;
using Npgsql;

namespace Shop.Database;

/// <summary>What an operator wants to read of an exception, in one line.</summary>
static class Reason
{
    public static string Of(Exception fault)
    {
        var cause = fault.GetBaseException();
        var text = cause is PostgresException refusal ? $"{refusal.MessageText} ({refusal.SqlState})" : cause.Message;
        // Evolve's message names the file, and repeats that of the exception within it.
        var context = fault is EvolveException { InnerException: { } inner }
            ? fault.Message.Replace(inner.Message, "", StringComparison.Ordinal)
            : "";
        return string.Join(' ', $"{context} {text}".Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}
