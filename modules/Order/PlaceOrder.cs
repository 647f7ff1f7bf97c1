using System.Collections.Frozen;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using FluentValidation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Prometheus;
using Shop.Shared.Contracts;
using Shop.Shared.Data;
using Shop.Shared.Hosting;
using Shop.Shared.Hosting.OpenApi;
using Shop.Shared.Telemetry;

namespace Shop.Order;

/// <summary>
/// <c>POST /orders</c>: orders that arrive at the same moment are placed together, in one transaction, and answered after its commit. This is the
/// interface; how they are placed stands in <see cref="OrderLanes"/> and <see cref="OrderTransaction"/>.
/// </summary>
sealed partial class PlaceOrder : IAsyncDisposable
{
    const string KeyHeader = "Idempotency-Key";

    static readonly Validator Rules = new();

    static readonly Counter Orders = Metrics.CreateCounter(
        "shop_orders_total", "Orders asked for, by what became of them.", ["outcome"]);

    static readonly FrozenDictionary<string, Counter.Child> OrdersOf =
        Verdict.Outcomes.ToFrozenDictionary(outcome => outcome, outcome => Orders.WithLabels(outcome));

    static readonly Counter UnitsSold = Metrics.CreateCounter(
        "shop_units_sold_total", "Units of products in the orders placed.");

    static readonly Counter Revenue = Metrics.CreateCounter(
        "shop_revenue_total", "Money that the orders placed come to, in the shop's currency. What is cancelled later is not taken off.");

    readonly OrderLanes lanes;

    public PlaceOrder(ShopDatabase database, IUsers users, IStock stock, BatchOptions batches, PoolOptions pools) =>
        lanes = new(new OrderTransaction(database, users, stock), batches, pools);

    internal sealed record Request
    {
        public Field<int> UserId { get; init; }

        public Field<int> ProductId { get; init; }

        public Field<int> Quantity { get; init; }

        [JsonIgnore]
        public Field<string> IdempotencyKey { get; init; }
    }

    internal sealed record Answer(string Message, Order Order);

    sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(request => request.UserId).Required().WholeNumber(1, int.MaxValue);
            RuleFor(request => request.ProductId).Required().WholeNumber(1, int.MaxValue);
            RuleFor(request => request.Quantity).Required().WholeNumber(1, 1_000_000);
            RuleFor(request => request.IdempotencyKey)
                .TextLike(KeyForm(), "Must be 1 to 255 visible ASCII characters.")
                .OverridePropertyName(KeyHeader);
        }
    }

    /// <summary>Publishes the counters with value 0, so that <c>rate()</c> sees the first increment.</summary>
    public static void RegisterMetrics()
    {
        foreach (var outcome in OrdersOf.Values)
        {
            outcome.Publish();
        }

        UnitsSold.Publish();
        Revenue.Publish();
    }

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/orders", (HttpContext http, PlaceOrder slice) => slice.Handle(http))
            .WithSummary("Place an order")
            .WithDescription(
                "Takes the stock, prices the order and writes it, all or nothing. A repeated request with the same Idempotency-Key answers with the "
                + "order of the first and takes no stock again.")
            .Takes(Rules, """{"user_id": 1, "product_id": 2, "quantity": 2}""")
            .Gives(new Answer("Order created", Order.Example), "Location", "ETag", "Idempotent-Replayed");

    public ValueTask DisposeAsync() => lanes.DisposeAsync();

    async Task<Results<Created<Answer>, InvalidRequest, UserNotFound, ProductNotFound, InsufficientStock, IdempotencyKeyReused>> Handle(
        HttpContext http)
    {
        var (request, refusal) = await http.Read(Rules, body => body with { IdempotencyKey = http.Request.Headers.Field(KeyHeader) });
        if (request is null)
        {
            return refusal!;
        }

        var call = new OrderCall(request.UserId.Value, request.ProductId.Value, request.Quantity.Value, request.IdempotencyKey.OrNull(), http.RequestAborted);
        http.Note("user_id", call.UserId);
        http.Note("product_id", call.ProductId);
        var verdict = await lanes.Place(call);
        OrdersOf[verdict.Outcome].Inc();
        switch (verdict)
        {
            case Verdict.Placed(var order):
                UnitsSold.Inc(order.Quantity);
                Revenue.Inc((double)order.TotalPrice);
                return Created(order, http);
            case Verdict.Replayed(var order):
                http.Response.Headers["Idempotent-Replayed"] = "true";
                return Created(order, http);
            case Verdict.KeyReused:
                return new IdempotencyKeyReused();
            case Verdict.UnknownUser:
                return new UserNotFound(call.UserId);
            case Verdict.UnknownProduct:
                return new ProductNotFound(call.ProductId);
            case Verdict.Insufficient(var available):
                return new InsufficientStock(call.ProductId, available);
            case Verdict.Failed(var fault):
                ExceptionDispatchInfo.Throw(fault);
                throw new UnreachableException();
            default:
                throw new UnreachableException();
        }
    }

    static Created<Answer> Created(Order order, HttpContext http)
    {
        http.Note("order_id", order.Id);
        http.Tag(order.Version);
        return TypedResults.Created($"/orders/{order.Id}", new Answer("Order created", order));
    }

    [GeneratedRegex(@"^[!-~]{1,255}\z")]
    private static partial Regex KeyForm();
}
