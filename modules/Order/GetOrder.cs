using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Shop.Shared.Data;
using Shop.Shared.Hosting;
using Shop.Shared.Hosting.OpenApi;

namespace Shop.Order;

/// <summary><c>GET /orders/{id}</c></summary>
sealed class GetOrder(ShopDatabase database, BatchOptions options) : IAsyncDisposable
{
    readonly RowReader<long, Order> orders = new(
        "get_order",
        database.Reads,
        options,
        $"""
        select {Order.Columns}
        from orders.orders
        where id = any(@ids)
        """,
        order => order.Id);

    internal sealed record Answer(Order Order);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/orders/{id}", (string id, HttpContext http, GetOrder slice) => slice.Handle(id, http))
            .WithSummary("Get an order")
            .TakesOrderId()
            .Gives(new Answer(Order.Example), "ETag");

    public ValueTask DisposeAsync() => orders.DisposeAsync();

    async Task<Results<Ok<Answer>, NotModified, OrderNotFound>> Handle(string id, HttpContext http)
    {
        if (!ItemId.TryParse(id, out long orderId) || await orders.Read(orderId, http.RequestAborted) is not { } order)
        {
            return new OrderNotFound(id);
        }

        http.Tag(order.Version);
        return http.Knows(order.Version) ? new NotModified() : TypedResults.Ok(new Answer(order));
    }
}
