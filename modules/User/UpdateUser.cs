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

/// <summary><c>PUT /users/{id}</c>. What is not given stays as it is.</summary>
sealed class UpdateUser(ShopDatabase database)
{
    static readonly Validator Rules = new();

    internal sealed record Answer(string Message, User User);

    sealed class Validator : AbstractValidator<UserRequest>
    {
        public Validator()
        {
            RuleFor(request => request.Username).RequiredIf(request => request.IsEmpty).Username();
            RuleFor(request => request.Email).RequiredIf(request => request.IsEmpty).Email();
        }
    }

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPut("/users/{id}", (string id, HttpContext http, UpdateUser slice) => slice.Handle(id, http))
            .WithSummary("Change a user")
            .WithDescription("What is not given stays as it is.")
            .TakesId()
            .Takes(Rules, """{"email": "john.doe@example.com"}""")
            .Gives(new Answer("User updated", User.Example), "ETag");

    async Task<Results<Ok<Answer>, InvalidRequest, UserNotFound, VersionMismatch, DuplicateUser>> Handle(string id, HttpContext http)
    {
        var (request, refusal) = await http.Read(Rules);
        if (request is null)
        {
            return refusal!;
        }

        if (!ItemId.TryParse(id, out int userId))
        {
            return new UserNotFound(id);
        }

        http.Note("user_id", userId);
        try
        {
            var user = await database.Write(connection => Update(connection, userId, request, http.Precondition()), http.RequestAborted);
            if (user is null)
            {
                return await User.Exists(database.Writes, userId, http.RequestAborted) ? new VersionMismatch() : new UserNotFound(id);
            }

            http.Tag(user.Version);
            return TypedResults.Ok(new Answer("User updated", user));
        }
        // An update has no "on conflict": the unique index can say no in this way alone.
        catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return new DuplicateUser(fault.ConstraintName == "users_email_key" ? "email" : "username");
        }
    }

    static Task<User?> Update(NpgsqlConnection connection, int id, UserRequest request, Precondition precondition) =>
        connection.QuerySingleOrDefaultAsync<User>(
            $"""
            update users.users as target
            set username = coalesce(@username, username),
                email = coalesce(@email, email),
                version = {RowVersion.Next}
            where id = @id
              and (@wanted::integer[] is null or version = any(@wanted))
              and version <> all(@unwanted)
            returning {User.Columns}
            """,
            new
            {
                id,
                username = request.Username.OrNull(),
                email = request.Email.OrNull(),
                precondition.Wanted,
                precondition.Unwanted,
            });
}
