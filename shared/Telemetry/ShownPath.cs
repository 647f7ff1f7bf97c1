using System.Buffers;
using System.Collections.Frozen;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Shop.Shared.Telemetry;

/// <summary>
/// A request's path as logs may show it. A client writes into it whatever it likes, names and addresses of people too, so of each segment only this
/// is shown: a word of the interface, a whole number, or at the very beginning one plain word (a path that was mistyped); else <c>*</c>.
/// </summary>
/// <param name="routes">All that the host answers. Read when the first request comes, when they are complete.</param>
sealed class ShownPath(IEndpointRouteBuilder routes)
{
    // More than any id has, and than a word of a path that somebody meant.
    const int MaxDigits = 19, MaxLetters = 32;

    static readonly SearchValues<char> Letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_");

    readonly Lazy<FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>>> words = new(() => routes.DataSources
        .SelectMany(source => source.Endpoints)
        .OfType<RouteEndpoint>()
        .SelectMany(endpoint => endpoint.RoutePattern.PathSegments)
        .Where(segment => segment.Parts is [RoutePatternLiteralPart])
        .Select(segment => ((RoutePatternLiteralPart)segment.Parts[0]).Content)
        .ToFrozenSet()
        .GetAlternateLookup<ReadOnlySpan<char>>());

    public string Of(string path) =>
        IsShown(path) ? path : string.Join('/', path.Split('/').Select((segment, i) => IsShown(segment, i == 1) ? segment : "*"));

    bool IsShown(ReadOnlySpan<char> path)
    {
        var i = 0;
        foreach (var segment in path.Split('/'))
        {
            if (!IsShown(path[segment], isFirst: i++ == 1))
            {
                return false;
            }
        }

        return true;
    }

    bool IsShown(ReadOnlySpan<char> segment, bool isFirst) =>
        segment.IsEmpty
        || (segment.Length <= MaxDigits && !segment.ContainsAnyExceptInRange('0', '9'))
        || words.Value.Contains(segment)
        || (isFirst && segment.Length <= MaxLetters && !segment.ContainsAnyExcept(Letters));
}
