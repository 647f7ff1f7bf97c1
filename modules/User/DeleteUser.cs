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

namespace Shop.User;

/// <summary><c>DELETE /users/{id}</c>. A user who has ordered stays.</summary>
sealed class DeleteUser(ShopDatabase database)
{
    internal sealed record Answer(string Message);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapDelete("/users/{id}", (string id, HttpContext http, DeleteUser slice) => slice.Handle(id, http))
            .WithSummary("Delete a user")
            .WithDescription("A user who has ordered something stays.")
            .TakesId()
            .Gives(new Answer("User deleted"));

    async Task<Results<Ok<Answer>, UserNotFound, VersionMismatch, UserInUse>> Handle(string id, HttpContext http)
    {
        if (!ItemId.TryParse(id, out int userId))
        {
            return new UserNotFound(id);
        }

        http.Note("user_id", userId);
        try
        {
            var deleted = await database.Write(connection => Delete(connection, userId, http.Precondition()), http.RequestAborted);
            if (deleted == 0)
            {
                return await User.Exists(database.Writes, userId, http.RequestAborted) ? new VersionMismatch() : new UserNotFound(id);
            }

            return TypedResults.Ok(new Answer("User deleted"));
        }
        // The foreign key of the orders says no. To look for orders first would not keep one from coming in between.
        catch (PostgresException fault) when (fault.SqlState is PostgresErrorCodes.ForeignKeyViolation or PostgresErrorCodes.RestrictViolation)
        {
            return new UserInUse(userId);
        }
    }

    static Task<int> Delete(NpgsqlConnection connection, int id, Precondition precondition) =>
        connection.ExecuteAsync(
            """
            delete from users.users
            where id = @id
              and (@wanted::integer[] is null or version = any(@wanted))
              and version <> all(@unwanted)
            """,
            new { id, precondition.Wanted, precondition.Unwanted });
}
