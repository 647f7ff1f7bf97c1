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

/// <summary><c>POST /products</c></summary>
sealed class CreateProduct(ShopDatabase database)
{
    static readonly Validator Rules = new();

    internal sealed record Answer(string Message, Product Product);

    sealed class Validator : AbstractValidator<ProductRequest>
    {
        public Validator()
        {
            RuleFor(request => request.Name).Required().ProductName();
            RuleFor(request => request.Price).Required().ProductPrice();
            RuleFor(request => request.Stock).Required().ProductStock();
        }
    }

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/products", (HttpContext http, CreateProduct slice) => slice.Handle(http))
            .WithSummary("Create a product")
            .Takes(Rules, """{"name": "Desk Lamp", "price": 24.50, "stock": 5}""")
            .Gives(new Answer("Product created", Product.Example), "Location", "ETag");

    async Task<Results<Created<Answer>, InvalidRequest>> Handle(HttpContext http)
    {
        var (request, refusal) = await http.Read(Rules);
        if (request is null)
        {
            return refusal!;
        }

        var product = await database.Write(connection => Insert(connection, request), http.RequestAborted);
        http.Note("product_id", product.Id);
        http.Tag(product.Version);
        return TypedResults.Created($"/products/{product.Id}", new Answer("Product created", product));
    }

    static Task<Product> Insert(NpgsqlConnection connection, ProductRequest request) =>
        connection.QuerySingleAsync<Product>(
            $"""
            insert into products.products (name, price, stock)
            values (@name, @price, @stock)
            returning {Product.Columns}
            """,
            new { name = request.Name.Value, price = request.Price.Value, stock = request.Stock.Value });
}
