using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Npgsql;
using Shop.Shared.Data;
using Shop.Shared.Hosting;
using Shop.Shared.Hosting.OpenApi;
using Shop.Shared.Telemetry;

namespace Shop.Product;

/// <summary><c>DELETE /products/{id}</c>. A product that was ordered stays.</summary>
sealed class DeleteProduct(ShopDatabase database)
{
    internal sealed record Answer(string Message);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapDelete("/products/{id}", (string id, HttpContext http, DeleteProduct slice) => slice.Handle(id, http))
            .WithSummary("Delete a product")
            .WithDescription("A product that was ordered stays.")
            .TakesId()
            .Gives(new Answer("Product deleted"));

    async Task<Results<Ok<Answer>, ProductNotFound, VersionMismatch, ProductInUse>> Handle(string id, HttpContext http)
    {
        if (!ItemId.TryParse(id, out int productId))
        {
            return new ProductNotFound(id);
        }

        http.Note("product_id", productId);
        try
        {
            var deleted = await database.Write(connection => Delete(connection, productId, http.Precondition()), http.RequestAborted);
            if (deleted == 0)
            {
                return await Product.Exists(database.Writes, productId, http.RequestAborted) ? new VersionMismatch() : new ProductNotFound(id);
            }

            return TypedResults.Ok(new Answer("Product deleted"));
        }
        // The foreign key of the orders says no. To look for orders first would not keep one from coming in between.
        catch (PostgresException fault) when (fault.SqlState is PostgresErrorCodes.ForeignKeyViolation or PostgresErrorCodes.RestrictViolation)
        {
            return new ProductInUse(productId);
        }
    }

    static Task<int> Delete(NpgsqlConnection connection, int id, Precondition precondition) =>
        connection.ExecuteAsync(
            """
            delete from products.products
            where id = @id
              and (@wanted::integer[] is null or version = any(@wanted))
              and version <> all(@unwanted)
            """,
            new { id, precondition.Wanted, precondition.Unwanted });
}
