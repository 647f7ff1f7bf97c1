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

namespace Shop.User;

/// <summary><c>POST /users</c></summary>
sealed class CreateUser(ShopDatabase database)
{
    static readonly Validator Rules = new();

    internal sealed record Answer(string Message, User User);

    sealed class Validator : AbstractValidator<UserRequest>
    {
        public Validator()
        {
            RuleFor(request => request.Username).Required().Username();
            RuleFor(request => request.Email).Required().Email();
        }
    }

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/users", (HttpContext http, CreateUser slice) => slice.Handle(http))
            .WithSummary("Create a user")
            .Takes(Rules, """{"username": "ann", "email": "ann@example.com"}""")
            .Gives(new Answer("User created", User.Example), "Location", "ETag");

    async Task<Results<Created<Answer>, InvalidRequest, DuplicateUser>> Handle(HttpContext http)
    {
        var (request, refusal) = await http.Read(Rules);
        if (request is null)
        {
            return refusal!;
        }

        var names = new { username = request.Username.Value, email = request.Email.Value };
        while (true)
        {
            // Before the insert, which draws an id also if the unique index then refuses the row.
            if (await FieldTaken(names, http.RequestAborted) is { } field)
            {
                return new DuplicateUser(field);
            }

            if (await database.Write(connection => Insert(connection, names), http.RequestAborted) is { } user)
            {
                http.Note("user_id", user.Id);
                http.Tag(user.Version);
                return TypedResults.Created($"/users/{user.Id}", new Answer("User created", user));
            }

            // Another request took the name in between.
        }
    }

    static Task<User?> Insert(NpgsqlConnection connection, object names) =>
        connection.QuerySingleOrDefaultAsync<User>(
            $"""
            insert into users.users (username, email)
            values (@username, @email)
            on conflict do nothing
            returning {User.Columns}
            """,
            names);

    async Task<string?> FieldTaken(object names, CancellationToken cancelled)
    {
        var taken = await database.Writes.Read<string>(
            """
            select case when lower(username) = lower(@username) then 'username' else 'email' end as field
            from users.users
            where lower(username) = lower(@username)
               or lower(email) = lower(@email)
            order by field desc
            limit 1
            """,
            names,
            cancelled);
        return taken.SingleOrDefault();
    }
}
