using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Shop.Shared.Data;
using Shop.Shared.Hosting;
using Shop.Shared.Hosting.OpenApi;

namespace Shop.Product;

/// <summary><c>GET /products</c>, by id</summary>
sealed class ListProducts(ShopDatabase database)
{
    static readonly Validator Rules = new();

    internal sealed record Query(QueryParameters Parameters) : ListQuery(Parameters, "products")
    {
        public Field<string> Q { get; } = Parameters.Text("q");

        public Field<bool> InStock { get; } = Parameters.Flag("in_stock");

        public Field<decimal> MinPrice { get; } = Parameters.Number("min_price");

        public Field<decimal> MaxPrice { get; } = Parameters.Number("max_price");
    }

    internal sealed record Answer(int Count, IReadOnlyList<Product> Products, string? Next);

    sealed class Validator : ListQueryValidator<Query>
    {
        public Validator()
        {
            RuleFor(query => query.Q).Text(1, 255);
            RuleFor(query => query.InStock).Flag();
            RuleFor(query => query.MinPrice).Money(0m, 99_999_999.99m);
            RuleFor(query => query.MaxPrice).Money(0m, 99_999_999.99m);
        }
    }

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/products", (HttpContext http, ListProducts slice) => slice.Handle(http))
            .WithSummary("List products")
            .WithDescription(
                "By id, a page at a time. `q` is part of the name, in any case; `in_stock=false` asks for what "
                + "is sold out; bounds are inclusive.")
            .TakesQuery(Rules)
            .Gives(new Answer(1, [Product.Example], "/products?limit=1&after=AAAAAAAAAAGc4_3v"), "Link");

    async Task<Results<Ok<Answer>, InvalidRequest>> Handle(HttpContext http)
    {
        var (query, refusal) = http.Read(parameters => new Query(parameters), Rules);
        if (query is null)
        {
            return refusal!;
        }

        var rows = await Find(query, http.RequestAborted);
        var (items, next) = query.Page(rows, product => product.Id, http);
        return TypedResults.Ok(new Answer(items.Count, items, next));
    }

    // Only what was asked for stands in a statement, so that each way of asking has a plan of its own.
    Task<List<Product>> Find(Query query, CancellationToken cancelled) =>
        query.Q.Is(Search.IsSelective) ? FindByIndex(query, cancelled) : FindById(query, cancelled);

    // The two calls of lower keep the search index out of this: it is of no use to one or two letters.
    Task<List<Product>> FindById(Query query, CancellationToken cancelled) => PoolOf(query).Read<Product>(
        $"""
        select {Product.Columns}
        from products.products
        where id > @after
          {(query.Q.IsAbsent ? "" : "and lower(name) like lower(@pattern)")}
          {Filters(query)}
        order by id
        limit @rows
        """,
        Parameters(query, query.Rows),
        cancelled);

    // A search for one or two letters, or by price or stock alone, reads row by row until the page is full.
    ConnectionPool PoolOf(Query query) =>
        query.Q.IsAbsent && query.InStock.IsAbsent && query.MinPrice.IsAbsent && query.MaxPrice.IsAbsent ? database.Lists : database.Scans;

    // What comes after the materialized part is out of the planner's sight, so that it does not walk the primary key instead.
    Task<List<Product>> FindByIndex(Query query, CancellationToken cancelled) => database.Lists.InSteps(
        query.Start,
        query.Rows,
        "select coalesce(max(id), 0) from products.products",
        (steps, rows) => database.Lists.Read<Product>(
            $"""
            with found as materialized (
                select {Product.Columns}
                from products.products
                where id / {Search.IdsInStep} between @first and @last
                  and name ilike @pattern
                  {Filters(query)})
            select {Product.Columns}
            from found
            where id > @after
            order by id
            limit @rows
            """,
            Parameters(query, rows, steps),
            cancelled),
        cancelled);

    static string Filters(Query query) =>
        $"""
        {(query.InStock.IsAbsent ? "" : query.InStock.Value ? "and stock > 0" : "and stock = 0")}
        {(query.MinPrice.IsAbsent ? "" : "and price >= @min_price")}
        {(query.MaxPrice.IsAbsent ? "" : "and price <= @max_price")}
        """;

    static object Parameters(Query query, int rows, (int First, int Last) steps = default) => new
    {
        after = query.Start,
        pattern = Search.Pattern(query.Q.OrNull() ?? ""),
        min_price = query.MinPrice.OrNull(),
        max_price = query.MaxPrice.OrNull(),
        first = steps.First,
        last = steps.Last,
        rows,
    };
}
