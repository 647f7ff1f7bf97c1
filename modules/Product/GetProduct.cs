using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Shop.Shared.Data;
using Shop.Shared.Hosting;
using Shop.Shared.Hosting.OpenApi;

namespace Shop.Product;

/// <summary><c>GET /products/{id}</c></summary>
sealed class GetProduct(ShopDatabase database, BatchOptions options) : IAsyncDisposable
{
    readonly RowReader<int, Product> products = new(
        "get_product",
        database.Reads,
        options,
        $"""
        select {Product.Columns}
        from products.products
        where id = any(@ids)
        """,
        product => product.Id);

    internal sealed record Answer(Product Product);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/products/{id}", (string id, HttpContext http, GetProduct slice) => slice.Handle(id, http))
            .WithSummary("Get a product")
            .TakesId()
            .Gives(new Answer(Product.Example), "ETag");

    public ValueTask DisposeAsync() => products.DisposeAsync();

    async Task<Results<Ok<Answer>, NotModified, ProductNotFound>> Handle(string id, HttpContext http)
    {
        if (!ItemId.TryParse(id, out int productId) || await products.Read(productId, http.RequestAborted) is not { } product)
        {
            return new ProductNotFound(id);
        }

        http.Tag(product.Version);
        return http.Knows(product.Version) ? new NotModified() : TypedResults.Ok(new Answer(product));
    }
}
