using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Shop.Shared.Data;
using Shop.Shared.Hosting;
using Shop.Shared.Hosting.OpenApi;

namespace Shop.User;

/// <summary><c>GET /users</c>, by id</summary>
sealed class ListUsers(ShopDatabase database)
{
    static readonly Validator Rules = new();

    internal sealed record Query(QueryParameters Parameters) : ListQuery(Parameters, "users")
    {
        public Field<string> Q { get; } = Parameters.Text("q");
    }

    internal sealed record Answer(int Count, IReadOnlyList<User> Users, string? Next);

    sealed class Validator : ListQueryValidator<Query>
    {
        public Validator()
        {
            RuleFor(query => query.Q).Text(1, 255);
        }
    }

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/users", (HttpContext http, ListUsers slice) => slice.Handle(http))
            .WithSummary("List users")
            .WithDescription("By id, a page at a time. `q` is part of the username or of the e-mail address, in any case.")
            .TakesQuery(Rules)
            .Gives(new Answer(1, [User.Example], "/users?limit=1&after=AAAAAAAAAAGc4_3v"), "Link");

    async Task<Results<Ok<Answer>, InvalidRequest>> Handle(HttpContext http)
    {
        var (query, refusal) = http.Read(parameters => new Query(parameters), Rules);
        if (query is null)
        {
            return refusal!;
        }

        var rows = await Find(query, http.RequestAborted);
        var (items, next) = query.Page(rows, user => user.Id, http);
        return TypedResults.Ok(new Answer(items.Count, items, next));
    }

    // Only what was asked for stands in a statement, so that each way of asking has a plan of its own.
    Task<List<User>> Find(Query query, CancellationToken cancelled) =>
        query.Q.Is(Search.IsSelective) ? FindByIndex(query, cancelled) : FindById(query, cancelled);

    Task<List<User>> FindById(Query query, CancellationToken cancelled) => PoolOf(query).Read<User>(
        $"""
        select {User.Columns}
        from users.users
        where id > @after
          {(query.Q.IsAbsent ? "" : "and (username ilike @pattern or email ilike @pattern)")}
        order by id
        limit @rows
        """,
        Parameters(query, query.Rows),
        cancelled);

    // A search for one or two letters reads row by row until the page is full.
    ConnectionPool PoolOf(Query query) => query.Q.IsAbsent ? database.Lists : database.Scans;

    // What comes after the materialized part is out of the planner's sight, so that it does not walk the primary key instead. The index
    // has both texts as one, so each is looked at once more.
    Task<List<User>> FindByIndex(Query query, CancellationToken cancelled) => database.Lists.InSteps(
        query.Start,
        query.Rows,
        "select coalesce(max(id), 0) from users.users",
        (steps, rows) => database.Lists.Read<User>(
            $"""
            with found as materialized (
                select {User.Columns}
                from users.users
                where id / {Search.IdsInStep} between @first and @last
                  and username || ' ' || email ilike @pattern
                  and (username ilike @pattern or email ilike @pattern))
            select {User.Columns}
            from found
            where id > @after
            order by id
            limit @rows
            """,
            Parameters(query, rows, steps),
            cancelled),
        cancelled);

    static object Parameters(Query query, int rows, (int First, int Last) steps = default) => new
    {
        after = query.Start,
        pattern = Search.Pattern(query.Q.OrNull() ?? ""),
        first = steps.First,
        last = steps.Last,
        rows,
    };
}
