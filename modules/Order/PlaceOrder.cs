using System.Collections.Frozen;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
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

/// <summary>
/// <c>POST /orders</c>: orders that arrive at the same moment are placed together, in one transaction, and answered after its commit.
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

    readonly NpgsqlDataSource database;
    readonly IUsers users;
    readonly IStock stock;
    readonly Batcher<OrderCall, Verdict> batch;

    public PlaceOrder(NpgsqlDataSource database, IUsers users, IStock stock, BatchOptions options)
    {
        (this.database, this.users, this.stock) = (database, users, stock);
        var recovery = new BatchRecovery(Attempt);
        batch = new("place_order", options, recovery.Run, distinctBy: call => call.IdempotencyKey);
    }

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

    public ValueTask DisposeAsync() => batch.DisposeAsync();

    async Task<Results<Created<Answer>, InvalidRequest, UserNotFound, ProductNotFound, InsufficientStock, IdempotencyKeyReused>> Handle(
        HttpContext http)
    {
        var (request, refusal) = await http.Read(Rules, body => body with { IdempotencyKey = http.Request.Headers.Field(KeyHeader) });
        if (request is null)
        {
            return refusal!;
        }

        var call = new OrderCall(request.UserId.Value, request.ProductId.Value, request.Quantity.Value, request.IdempotencyKey.OrNull());
        http.Note("user_id", call.UserId);
        http.Note("product_id", call.ProductId);
        var verdict = await Judge(call, http.RequestAborted);
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

    async Task<Verdict> Judge(OrderCall call, CancellationToken aborted)
    {
        try
        {
            return await batch.Run(call, aborted);
        }
        // It was never begun, and counts all the same.
        catch (Exception fault) when (fault is OverloadedException or OperationCanceledException)
        {
            return new Verdict.Failed(fault);
        }
    }

    static Created<Answer> Created(Order order, HttpContext http)
    {
        http.Note("order_id", order.Id);
        http.Tag(order.Version);
        return TypedResults.Created($"/orders/{order.Id}", new Answer("Order created", order));
    }

    /// <summary>Judges the calls in turn and writes the orders granted: in one transaction, or not at all.</summary>
    async Task<IReadOnlyList<Verdict>?> Attempt(IReadOnlyList<OrderCall> calls)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var verdicts = new Dictionary<OrderCall, Verdict>(calls.Count);

        // Locks are taken in one order everywhere, so that no two hosts wait for each other: users, products, orders.
        await Replay(calls, verdicts, transaction);
        var usernames = await HoldUsers(calls, verdicts, transaction);
        var granted = await ReserveStock(calls, verdicts, transaction);

        // Another host may have placed the very order of a call refused here meanwhile, with the units that are missing now.
        var refused = calls.Where(call => verdicts.GetValueOrDefault(call) is Verdict.UnknownUser or Verdict.UnknownProduct or Verdict.Insufficient);
        if ((await FindByKey(refused, transaction)).Count > 0)
        {
            return null;
        }

        if (granted.Count > 0)
        {
            if (await Insert(granted, usernames, verdicts, transaction) is not { } transactionId)
            {
                return null;
            }

            await CertainCommit.Commit(transaction, transactionId, database);
        }

        return [.. calls.Select(call => verdicts[call])];
    }

    static async Task Replay(IReadOnlyList<OrderCall> calls, Dictionary<OrderCall, Verdict> verdicts, NpgsqlTransaction transaction)
    {
        var earlier = await FindByKey(calls, transaction);
        foreach (var call in calls)
        {
            if (call.IdempotencyKey is { } key && earlier.TryGetValue(key, out var order))
            {
                verdicts[call] = call.Asks(order) ? new Verdict.Replayed(order) : new Verdict.KeyReused();
            }
        }
    }

    async Task<IReadOnlyDictionary<int, string>> HoldUsers(
        IReadOnlyList<OrderCall> calls, Dictionary<OrderCall, Verdict> verdicts, NpgsqlTransaction transaction)
    {
        var open = calls.Where(call => !verdicts.ContainsKey(call)).ToArray();
        var usernames = await LockTimeoutException.Watch(
            users.Hold([.. open.Select(call => call.UserId)], transaction, default), call => call.UserId);
        foreach (var call in open.Where(call => !usernames.ContainsKey(call.UserId)))
        {
            verdicts[call] = new Verdict.UnknownUser();
        }

        return usernames;
    }

    async Task<List<(OrderCall Call, Reservation.Granted Terms)>> ReserveStock(
        IReadOnlyList<OrderCall> calls, Dictionary<OrderCall, Verdict> verdicts, NpgsqlTransaction transaction)
    {
        var open = calls.Where(call => !verdicts.ContainsKey(call)).ToArray();
        var reservations = await LockTimeoutException.Watch(
            stock.Reserve([.. open.Select(call => new StockRequest(call.ProductId, call.Quantity))], transaction, default),
            call => call.ProductId);
        var granted = new List<(OrderCall, Reservation.Granted)>();
        foreach (var (call, reservation) in open.Zip(reservations))
        {
            switch (reservation)
            {
                case Reservation.Granted terms:
                    granted.Add((call, terms));
                    break;
                case Reservation.Insufficient(var available):
                    verdicts[call] = new Verdict.Insufficient(available);
                    break;
                case Reservation.UnknownProduct:
                    verdicts[call] = new Verdict.UnknownProduct();
                    break;
            }
        }

        return granted;
    }

    /// <summary>Writes the orders and answers the transaction's id, or null where another host was first with one of the keys.</summary>
    static async Task<string?> Insert(
        List<(OrderCall Call, Reservation.Granted Terms)> granted,
        IReadOnlyDictionary<int, string> usernames,
        Dictionary<OrderCall, Verdict> verdicts,
        NpgsqlTransaction transaction)
    {
        // The ids are drawn first and tell which row is whose: the rows that "returning" gives have no order. Keys are inserted in their
        // own order, so that two hosts with the same keys wait for each other in one direction only.
        var inserted = await LockTimeoutException.Watch(
            transaction.Connection!.QueryAsync<(int Position, long Id, DateTime CreatedAt, string TransactionId)>(
                """
                with drawn as materialized (
                    select nextval('orders.orders_id_seq') as id, wish.*
                    from unnest(
                        @positions, @userIds, @usernames, @productIds, @productNames, @quantities, @unitPrices, @keys)
                        as wish(position, user_id, username, product_id, product_name, quantity, unit_price, idempotency_key)
                ),
                inserted as (
                    insert into orders.orders (
                        id, user_id, username, product_id, product_name, quantity, unit_price, total_price, idempotency_key)
                    select id, user_id, username, product_id, product_name, quantity, unit_price, unit_price * quantity, idempotency_key
                    from drawn
                    order by idempotency_key collate "C"
                    on conflict (idempotency_key) where idempotency_key is not null do nothing
                    returning id, created_at
                )
                select drawn.position, inserted.id, inserted.created_at, pg_current_xact_id()::text
                from drawn
                join inserted on inserted.id = drawn.id
                """,
                new
                {
                    positions = Enumerable.Range(0, granted.Count).ToArray(),
                    userIds = granted.Select(order => order.Call.UserId).ToArray(),
                    usernames = granted.Select(order => usernames[order.Call.UserId]).ToArray(),
                    productIds = granted.Select(order => order.Call.ProductId).ToArray(),
                    productNames = granted.Select(order => order.Terms.ProductName).ToArray(),
                    quantities = granted.Select(order => order.Call.Quantity).ToArray(),
                    unitPrices = granted.Select(order => order.Terms.UnitPrice).ToArray(),
                    keys = granted.Select(order => order.Call.IdempotencyKey).ToArray(),
                },
                transaction),
            call => call.IdempotencyKey);

        var rows = inserted.AsList();
        foreach (var (position, id, createdAt, _) in rows)
        {
            var (call, terms) = granted[position];
            verdicts[call] = new Verdict.Placed(call.PlacedAs(id, usernames[call.UserId], terms, createdAt));
        }

        return rows.Count == granted.Count ? rows[0].TransactionId : null;
    }

    static async Task<Dictionary<string, Order>> FindByKey(IEnumerable<OrderCall> calls, NpgsqlTransaction transaction)
    {
        var keys = calls.Select(call => call.IdempotencyKey).OfType<string>().ToArray();
        if (keys.Length == 0)
        {
            return [];
        }

        var found = await transaction.Connection!.QueryAsync<string, Order, (string Key, Order Order)>(
            $"""
            select idempotency_key,
                {Order.Columns}
            from orders.orders
            where idempotency_key = any(@keys)
            """,
            (key, order) => (key, order),
            new { keys },
            transaction);
        return found.ToDictionary(row => row.Key, row => row.Order);
    }

    [GeneratedRegex(@"^[!-~]{1,255}\z")]
    private static partial Regex KeyForm();
}
