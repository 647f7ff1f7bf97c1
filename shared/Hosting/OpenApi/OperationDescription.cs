using System.Globalization;
using FluentValidation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Shop.Shared.Hosting.OpenApi;

/// <summary>
/// What an endpoint says of itself for the OpenAPI document beside its return type, which lists its problems, and its summary. The
/// operation's id is the name of the slice.
/// </summary>
public static class OperationDescription
{
    /// <summary>It takes what the rules say: a body and headers.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="rules">What must be true of the request: the validator that the endpoint judges by.</param>
    /// <param name="example">A body that is accepted where the sample data are, as JSON.</param>
    public static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder endpoint, IValidator<T> rules, string example) =>
        endpoint.WithMetadata(new RequestRules(rules, example));

    /// <summary>It takes what the rules say: parameters in the query.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="rules">What must be true of the query: the validator that the endpoint judges by.</param>
    public static RouteHandlerBuilder TakesQuery<T>(this RouteHandlerBuilder endpoint, IValidator<T> rules) =>
        endpoint.WithMetadata(new RequestRules(rules, Example: null));

    /// <summary>The <c>{id}</c> in its path is that of a product or user.</summary>
    public static RouteHandlerBuilder TakesId(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new PathId("int32", int.MaxValue));

    /// <summary>The <c>{id}</c> in its path is that of an order.</summary>
    public static RouteHandlerBuilder TakesOrderId(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new PathId("int64", PathId.Largest));

    /// <summary>When it is done, it answers with this, and with these headers beside those of every answer.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="example">An answer, as one of the sample data.</param>
    /// <param name="headers">Names from <see cref="AnswerHeaders"/>.</param>
    public static RouteHandlerBuilder Gives(this RouteHandlerBuilder endpoint, object example, params string[] headers) =>
        endpoint.WithMetadata(new GivenAnswer(null, example, headers));

    /// <summary>It may answer with this status, which its return type does not tell.</summary>
    internal static RouteHandlerBuilder Gives(this RouteHandlerBuilder endpoint, int status, object example, params string[] headers) =>
        endpoint.WithMetadata(
            new ProducesResponseTypeMetadata(status, example.GetType(), ["application/json"]), new GivenAnswer(status, example, headers));
}

/// <summary>An answer of an operation.</summary>
/// <param name="Status">Its status; null for the one of success.</param>
/// <param name="Example">One like it.</param>
/// <param name="Headers">Its headers beside those of every answer.</param>
sealed record GivenAnswer(int? Status, object Example, string[] Headers)
{
    public bool Has(string status) =>
        Status is null ? status.StartsWith('2') : status == Status.Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What an id in a path can be.</summary>
sealed record PathId(string Format, long Maximum)
{
    /// <summary>The largest whole number that every reader of JSON holds exactly.</summary>
    public const long Largest = (1L << 53) - 1;
}
