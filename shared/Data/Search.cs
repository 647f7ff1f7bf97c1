using System.Text;

namespace Shop.Shared.Data;

/// <summary>
/// Searches a table for a part of a text, in the order of ids. Such a search has no good plan of one piece: by id it reads every row up to
/// the last that matches, by trigrams every row that matches. So it goes through an index of both, in ranges of ids: the first as
/// wide as the page, each one after that four times as wide as the last. Where the matches are spread evenly, that reads about four times
/// the rows of the page at most, however many or few there are in the table.
/// </summary>
public static class Search
{
    /// <summary>Number of ids in a step. The search indexes of the migrations contain <c>id / 16</c>; a query uses one only with the same divisor.</summary>
    public const int IdsInStep = 16;

    const int Growth = 4;
    const int Trigram = 3;

    /// <summary>Whether trigrams help to find this: it has three letters or digits in a row.</summary>
    public static bool IsSelective(string part)
    {
        var run = 0;
        foreach (var rune in part.EnumerateRunes())
        {
            run = Rune.IsLetterOrDigit(rune) ? run + 1 : 0;
            if (run == Trigram)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What PostgreSQL's <c>like</c> takes for a text with <paramref name="part"/> in it. No character of that is special.</summary>
    public static string Pattern(string part) => $"%{part.Replace(@"\", @"\\").Replace("%", @"\%").Replace("_", @"\_")}%";

    /// <summary>Reads the first rows that match behind an id.</summary>
    /// <typeparam name="TRow">What Dapper makes of a row.</typeparam>
    /// <param name="pool">The pool of the connections.</param>
    /// <param name="after">The id.</param>
    /// <param name="rows">How many rows at most.</param>
    /// <param name="lastId">A query for the largest id of the table, or 0.</param>
    /// <param name="find">
    /// Reads the matching rows whose ids, divided by <see cref="IdsInStep"/>, are between two numbers, and are greater than <paramref name="after"/>: by id,
    /// at most the given number of rows.
    /// </param>
    /// <param name="cancelled">Gives up.</param>
    public static async Task<List<TRow>> InSteps<TRow>(
        this ConnectionPool pool,
        long after,
        int rows,
        string lastId,
        Func<(int First, int Last), int, Task<List<TRow>>> find,
        CancellationToken cancelled)
    {
        var last = (await pool.Read<int>(lastId, new { }, cancelled)).Single() / IdsInStep;
        var found = new List<TRow>();
        var width = (long)rows / IdsInStep + 1;
        for (var from = after / IdsInStep; from <= last && found.Count < rows; from += width, width *= Growth)
        {
            found.AddRange(await find(((int)from, (int)Math.Min(from + width - 1, last)), rows - found.Count));
        }

        return found;
    }
}
