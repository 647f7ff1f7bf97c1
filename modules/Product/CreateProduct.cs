using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Npgsql;
using Shop.Shared.Hosting;
using Shop.Shared.Telemetry;

namespace Shop.Product;

/// <summary><c>POST /products</c></summary>
sealed class CreateProduct(NpgsqlDataSource database)
{
    static readonly Validator Rules = new();

    internal sealed record Request
    {
        public Field<string> Name { get; init; }

        public Field<decimal> Price { get; init; }

        public Field<int> Stock { get; init; }
    }

    internal sealed record Answer(string Message, Product Product);

    sealed class Validator : RequestValidator<Request>
    {
        public Validator()
        {
            RuleFor(request => request.Name).Required().Text(1, 255);
            RuleFor(request => request.Price).Required().Money(0m, 99_999_999.99m);
            RuleFor(request => request.Stock).Required().WholeNumber(0, int.MaxValue);
        }
    }

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/products", (HttpContext http, CreateProduct slice) => slice.Handle(http));

    async Task<Results<Created<Answer>, InvalidRequest>> Handle(HttpContext http)
    {
        var (request, refusal) = await http.Read(Rules);
        if (request is null)
        {
            return refusal!;
        }

        await using var connection = await database.OpenConnectionAsync(http.RequestAborted);
        var product = await connection.QuerySingleAsync<Product>(
            """
            insert into products.products (name, price, stock)
            values (@name, @price, @stock)
            returning id, name, price, stock, created_at
            """,
            new { name = request.Name.Value, price = request.Price.Value, stock = request.Stock.Value });
        http.Note("product_id", product.Id);
        return TypedResults.Created($"/products/{product.Id}", new Answer("Product created", product));
    }
}
