using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Shop.Shared.Hosting;

/// <summary>What a request demands of an item's version (RFC 9110, section 13.1), in a form that SQL can judge together with the change.</summary>
/// <param name="Wanted">The versions of which one must be the current one, by <c>If-Match</c>; null where any will do.</param>
/// <param name="Unwanted">The versions of which none may be the current one, by <c>If-None-Match</c>.</param>
public sealed record Precondition(int[]? Wanted, int[] Unwanted)
{
    /// <summary>Whether an item of this version may be changed.</summary>
    public bool Holds(int version) => Wanted?.Contains(version) != false && !Unwanted.Contains(version);
}

/// <summary>An item's version as a strong entity tag, and the conditions that a request puts on it (RFC 9110, sections 8.8.3 and 13).</summary>
public static class Preconditions
{
    /// <summary>Says in the answer which version of the item it is about.</summary>
    public static void Tag(this HttpContext http, int version) => http.Response.Headers.ETag = TagOf(version);

    /// <summary>Whether the client of a <c>GET</c> has this version already, by <c>If-None-Match</c>. A malformed one is as if absent.</summary>
    public static bool Knows(this HttpContext http, int version) =>
        Parse(http.Request.Headers.IfNoneMatch) is { } tags && (IsAny(tags) || Versions(tags).Contains(version));

    /// <summary>What <c>If-Match</c> and <c>If-None-Match</c> demand before the item is changed.</summary>
    public static Precondition Precondition(this HttpContext http)
    {
        var unwanted = Parse(http.Request.Headers.IfNoneMatch) ?? [];
        // "If-None-Match: *" wants that there is no such item at all, and no version of it fulfils that.
        return IsAny(unwanted) ? new([], []) : new(Wanted(http.Request.Headers.IfMatch), [.. Versions(unwanted)]);
    }

    static int[]? Wanted(StringValues ifMatch)
    {
        if (ifMatch.Count == 0)
        {
            return null;
        }

        // What is no list of tags names no version that could match: to act all the same might undo somebody's change.
        var tags = Parse(ifMatch) ?? [];
        // The comparison is the strong one here, in which a weak tag equals none.
        return IsAny(tags) ? null : [.. Versions(tags.Where(tag => !tag.IsWeak))];
    }

    /// <summary>The tags of a header; null where it is absent or no list of tags. (The parser takes <c>*</c> for a tag among others.)</summary>
    static IList<EntityTagHeaderValue>? Parse(StringValues header) =>
        EntityTagHeaderValue.TryParseStrictList([.. header.OfType<string>()], out var tags)
            && (tags.Count == 1 || !tags.Contains(EntityTagHeaderValue.Any))
            ? tags
            : null;

    static bool IsAny(IList<EntityTagHeaderValue> tags) => tags is [var tag] && tag.Equals(EntityTagHeaderValue.Any);

    static IEnumerable<int> Versions(IEnumerable<EntityTagHeaderValue> tags) => tags.Select(VersionOf).OfType<int>();

    static int? VersionOf(EntityTagHeaderValue tag) =>
        int.TryParse(tag.Tag.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            && tag.Tag == TagOf(version)
            ? version
            : null;

    static string TagOf(int version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");
}

/// <summary>304: the client has the current version already.</summary>
public sealed class NotModified : IResult, IEndpointMetadataProvider
{
    static void IEndpointMetadataProvider.PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status304NotModified, typeof(void)));

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status304NotModified;
        return Task.CompletedTask;
    }
}
