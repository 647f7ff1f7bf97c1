using Dapper;
using FluentValidation;
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

/// <summary><c>PUT /products/{id}</c>. What is not given stays as it is.</summary>
sealed class UpdateProduct(ShopDatabase database)
{
    static readonly Validator Rules = new();

    internal sealed record Answer(string Message, Product Product);

    sealed class Validator : AbstractValidator<ProductRequest>
    {
        public Validator()
        {
            RuleFor(request => request.Name).RequiredIf(request => request.IsEmpty).ProductName();
            RuleFor(request => request.Price).RequiredIf(request => request.IsEmpty).ProductPrice();
            RuleFor(request => request.Stock).RequiredIf(request => request.IsEmpty).ProductStock();
        }
    }

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPut("/products/{id}", (string id, HttpContext http, UpdateProduct slice) => slice.Handle(id, http))
            .WithSummary("Change a product")
            .WithDescription("What is not given stays as it is.")
            .TakesId()
            .Takes(Rules, """{"price": 949.50}""")
            .Gives(new Answer("Product updated", Product.Example), "ETag");

    async Task<Results<Ok<Answer>, InvalidRequest, ProductNotFound, VersionMismatch>> Handle(string id, HttpContext http)
    {
        var (request, refusal) = await http.Read(Rules);
        if (request is null)
        {
            return refusal!;
        }

        if (!ItemId.TryParse(id, out int productId))
        {
            return new ProductNotFound(id);
        }

        http.Note("product_id", productId);
        var product = await database.Write(connection => Update(connection, productId, request, http.Precondition()), http.RequestAborted);
        if (product is null)
        {
            return await Product.Exists(database.Writes, productId, http.RequestAborted) ? new VersionMismatch() : new ProductNotFound(id);
        }

        http.Tag(product.Version);
        return TypedResults.Ok(new Answer("Product updated", product));
    }

    static Task<Product?> Update(NpgsqlConnection connection, int id, ProductRequest request, Precondition precondition) =>
        connection.QuerySingleOrDefaultAsync<Product>(
            $"""
            update products.products as target
            set name = coalesce(@name, name),
                price = coalesce(@price, price),
                stock = coalesce(@stock, stock),
                version = {RowVersion.Next}
            where id = @id
              and (@wanted::integer[] is null or version = any(@wanted))
              and version <> all(@unwanted)
            returning {Product.Columns}
            """,
            new
            {
                id,
                name = request.Name.OrNull(),
                price = request.Price.OrNull(),
                stock = request.Stock.OrNull(),
                precondition.Wanted,
                precondition.Unwanted,
            });
}
