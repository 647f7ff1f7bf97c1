using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Shop.Shared.Data;
using Shop.Shared.Hosting;
using Shop.Shared.Hosting.OpenApi;

namespace Shop.User;

/// <summary><c>GET /users/{id}</c></summary>
sealed class GetUser(ShopDatabase database, BatchOptions options) : IAsyncDisposable
{
    readonly RowReader<int, User> users = new(
        "get_user",
        database.Reads,
        options,
        $"""
        select {User.Columns}
        from users.users
        where id = any(@ids)
        """,
        user => user.Id);

    internal sealed record Answer(User User);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/users/{id}", (string id, HttpContext http, GetUser slice) => slice.Handle(id, http))
            .WithSummary("Get a user")
            .TakesId()
            .Gives(new Answer(User.Example), "ETag");

    public ValueTask DisposeAsync() => users.DisposeAsync();

    async Task<Results<Ok<Answer>, NotModified, UserNotFound>> Handle(string id, HttpContext http)
    {
        if (!ItemId.TryParse(id, out int userId) || await users.Read(userId, http.RequestAborted) is not { } user)
        {
            return new UserNotFound(id);
        }

        http.Tag(user.Version);
        return http.Knows(user.Version) ? new NotModified() : TypedResults.Ok(new Answer(user));
    }
}
