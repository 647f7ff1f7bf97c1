using FluentValidation;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Shop.Shared.Hosting;

/// <summary>What every list is asked for. Paging is by key: a page begins behind the last row of the page before.</summary>
public abstract record ListQuery
{
    internal const int DefaultLimit = 100;

    readonly QueryParameters parameters;
    readonly string collection;

    /// <param name="parameters">What the client has given.</param>
    /// <param name="collection">The collection's name: its path without the slash.</param>
    protected ListQuery(QueryParameters parameters, string collection)
    {
        (this.parameters, this.collection) = (parameters, collection);
        Limit = parameters.WholeNumber("limit");
        After = parameters.Cursor("after", collection);
    }

    /// <summary>The most items that the client wants.</summary>
    public Field<int> Limit { get; }

    /// <summary>The id of the last row of the page before.</summary>
    public Field<long> After { get; }

    /// <summary>The id behind which the page begins, where ids ascend.</summary>
    public long Start => After.OrNull() ?? 0;

    /// <summary>How many rows to read: one more than is shown, which tells whether there is a next page.</summary>
    public int Rows => (Limit.OrNull() ?? DefaultLimit) + 1;

    /// <summary>Divides what was read into the page and where the next one starts, which the header <c>Link</c> says too.</summary>
    /// <param name="rows">What is there, in order, <see cref="Rows"/> at most.</param>
    /// <param name="idOf">A row's id.</param>
    /// <param name="http">The request, whose answer gets the header.</param>
    public (List<T> Items, string? Next) Page<T>(List<T> rows, Func<T, long> idOf, HttpContext http)
    {
        if (rows.Count < Rows)
        {
            return (rows, null);
        }

        var items = rows[..^1];
        var next = QueryHelpers.AddQueryString(
            $"/{collection}",
            parameters.Known
                .Where(parameter => parameter.Key != "after")
                .Append(new("after", Cursor.Write(idOf(items[^1]), collection))));
        http.Response.Headers[HeaderNames.Link] = $"<{next}>; rel=\"next\"";
        return (items, next);
    }
}

/// <summary>Validates what a list is asked for.</summary>
public abstract class ListQueryValidator<T> : AbstractValidator<T>
    where T : ListQuery
{
    /// <summary>Has the rules of what every list is asked for.</summary>
    protected ListQueryValidator()
    {
        RuleFor(query => query.Limit).WholeNumber(1, 1000, unset: ListQuery.DefaultLimit);
        RuleFor(query => query.After).Cursor();
    }
}
