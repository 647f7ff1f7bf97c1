using System.Globalization;
using Dapper;
using FluentValidation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Npgsql;
using Prometheus;
using Shop.Shared.Contracts;
using Shop.Shared.Data;
using Shop.Shared.Hosting;
using Shop.Shared.Hosting.OpenApi;
using Shop.Shared.Telemetry;

namespace Shop.Order;

/// <summary><c>PUT /orders/{id}/status</c>. An order that is cancelled gives its units back, exactly once.</summary>
sealed class ChangeStatus(ShopDatabase database, IStock stock)
{
    static readonly Validator Rules = new();

    static readonly Counter Steps = Metrics.CreateCounter(
        "shop_order_steps_total", "Steps in the lives of orders, by the state that they led to.", ["status"]);

    internal sealed record Request
    {
        public Field<string> Status { get; init; }
    }

    internal sealed record Answer(string Message, Order Order);

    sealed class Validator : AbstractValidator<Request>
    {
        public Validator() => RuleFor(request => request.Status).Required().OneOf(OrderStatus.All);
    }

    /// <summary>Publishes the counters with value 0, so that <c>rate()</c> sees the first increment.</summary>
    public static void RegisterMetrics()
    {
        foreach (var status in OrderStatus.All.SelectMany(OrderStatus.After))
        {
            Steps.WithLabels(status).Publish();
        }
    }

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPut("/orders/{id}/status", (string id, HttpContext http, ChangeStatus slice) => slice.Handle(id, http))
            .WithSummary("Ship, complete or cancel an order")
            .WithDescription(
                "From pending to shipped to completed, or from pending to cancelled, which gives the units back. The state that an order is in already "
                + "changes nothing.")
            .TakesOrderId()
            .Takes(Rules, """{"status": "completed"}""")
            .Gives(new Answer("Order status updated", Order.Example), "ETag");

    async Task<Results<Ok<Answer>, InvalidRequest, OrderNotFound, VersionMismatch, IllegalTransition, StockOverflow>> Handle(string id, HttpContext http)
    {
        var (request, refusal) = await http.Read(Rules);
        if (request is null)
        {
            return refusal!;
        }

        if (!ItemId.TryParse(id, out long orderId))
        {
            return new OrderNotFound(id);
        }

        http.Note("order_id", orderId);
        var (wanted, precondition) = (request.Status.Value, http.Precondition());
        return await database.Writes.RunAgain(connection => Change(connection, orderId, wanted, precondition, http), http.RequestAborted);
    }

    async Task<Results<Ok<Answer>, InvalidRequest, OrderNotFound, VersionMismatch, IllegalTransition, StockOverflow>> Change(
        NpgsqlConnection connection, long orderId, string wanted, Precondition precondition, HttpContext http)
    {
        while (true)
        {
            if (await Find(connection, orderId) is not { } order)
            {
                return new OrderNotFound(orderId.ToString(CultureInfo.InvariantCulture));
            }

            if (!precondition.Holds(order.Version))
            {
                return new VersionMismatch();
            }

            // The state that it is in already is no step: a repeated request changes nothing.
            if (order.Status == wanted)
            {
                return Updated(order, http);
            }

            var allowed = OrderStatus.After(order.Status);
            if (!allowed.Contains(wanted))
            {
                return new IllegalTransition(order.Status, wanted, allowed);
            }

            await using var transaction = await connection.BeginTransactionAsync();
            // The order's product never changes, so it can be locked first: products before orders, as everywhere.
            if (wanted == OrderStatus.Cancelled
                && !await stock.Release([new(order.ProductId, order.Quantity)], transaction, default))
            {
                return new StockOverflow(order.ProductId);
            }

            if (await Step(transaction, order, wanted) is var (updatedAt, version, transactionId))
            {
                await CertainCommit.Commit(transaction, transactionId, database.Rescue);
                Steps.WithLabels(wanted).Inc();
                return Updated(order with { Status = wanted, UpdatedAt = updatedAt, Version = version }, http);
            }

            // Somebody else was first: nothing of this holds, and the order is looked at again.
        }
    }

    static Ok<Answer> Updated(Order order, HttpContext http)
    {
        http.Tag(order.Version);
        return TypedResults.Ok(new Answer("Order status updated", order));
    }

    static Task<Order?> Find(NpgsqlConnection connection, long id) =>
        connection.QuerySingleOrDefaultAsync<Order>(
            $"""
            select {Order.Columns}
            from orders.orders
            where id = @id
            """,
            new { id });

    /// <summary>Takes the step from the version that was seen; null where the order has left it meanwhile.</summary>
    static Task<(DateTime UpdatedAt, int Version, string TransactionId)?> Step(NpgsqlTransaction transaction, Order order, string wanted) =>
        transaction.Connection!.QuerySingleOrDefaultAsync<(DateTime, int, string)?>(
            $"""
            update orders.orders as target
            set status = @wanted,
                updated_at = now(),
                version = {RowVersion.Next}
            where id = @id
              and version = @version
            returning updated_at, version, pg_current_xact_id()::text
            """,
            new { order.Id, order.Version, wanted },
            transaction);
}
