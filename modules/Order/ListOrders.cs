using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Shop.Shared.Data;
using Shop.Shared.Hosting;
using Shop.Shared.Hosting.OpenApi;

namespace Shop.Order;

/// <summary><c>GET /orders</c>, newest first</summary>
sealed class ListOrders(ShopDatabase database)
{
    static readonly Validator Rules = new();

    internal sealed record Query(QueryParameters Parameters) : ListQuery(Parameters, "orders")
    {
        public Field<int> UserId { get; } = Parameters.WholeNumber("user_id");

        public Field<int> ProductId { get; } = Parameters.WholeNumber("product_id");

        public Field<string> Status { get; } = Parameters.Text("status");
    }

    internal sealed record Answer(int Count, IReadOnlyList<Order> Orders, string? Next);

    sealed class Validator : ListQueryValidator<Query>
    {
        public Validator()
        {
            RuleFor(query => query.UserId).WholeNumber(1, int.MaxValue);
            RuleFor(query => query.ProductId).WholeNumber(1, int.MaxValue);
            RuleFor(query => query.Status).OneOf(OrderStatus.All);
        }
    }

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/orders", (HttpContext http, ListOrders slice) => slice.Handle(http))
            .WithSummary("List orders")
            .WithDescription("The newest first, a page at a time.")
            .TakesQuery(Rules)
            .Gives(new Answer(1, [Order.Example], "/orders?limit=1&after=AAAAAAAAAAGc4_3v"), "Link");

    async Task<Results<Ok<Answer>, InvalidRequest>> Handle(HttpContext http)
    {
        var (query, refusal) = http.Read(parameters => new Query(parameters), Rules);
        if (query is null)
        {
            return refusal!;
        }

        var rows = await Find(query, http.RequestAborted);
        var (items, next) = query.Page(rows, order => order.Id, http);
        return TypedResults.Ok(new Answer(items.Count, items, next));
    }

    // Only what was asked for stands in the statement, so that each way of asking has a plan of its own.
    Task<List<Order>> Find(Query query, CancellationToken cancelled) => database.Lists.Read<Order>(
        $"""
        select {Order.Columns}
        from orders.orders
        where {Place(query)}
          {(query.ProductId.IsAbsent ? "" : "and product_id = @product_id")}
          {(query.Status.IsAbsent ? "" : "and status = @status")}
        order by {Ordering(query)}
        limit @rows
        """,
        new
        {
            before = query.After.OrNull() ?? long.MaxValue,
            user_id = query.UserId.OrNull(),
            product_id = query.ProductId.OrNull(),
            status = query.Status.OrNull(),
            rows = query.Rows,
        },
        cancelled);

    // Of one user or product, a range within its index and that index's own order: were the user a plain condition, PostgreSQL would
    // rather walk the primary key, past all the orders of others.
    static string Place(Query query) =>
        !query.UserId.IsAbsent ? "(user_id, id) < (@user_id, @before) and user_id >= @user_id"
        : !query.ProductId.IsAbsent ? "(product_id, id) < (@product_id, @before) and product_id >= @product_id"
        : "id < @before";

    static string Ordering(Query query) =>
        !query.UserId.IsAbsent ? "user_id desc, id desc"
        : !query.ProductId.IsAbsent ? "product_id desc, id desc"
        : "id desc";
}
