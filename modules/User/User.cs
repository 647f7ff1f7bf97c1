using System.Text.Json.Serialization;
using Dapper;
using Npgsql;

namespace Shop.User;

/// <summary>A user as clients see one, and its version, which they see as the <c>ETag</c>.</summary>
sealed record User(int Id, string Username, string Email, DateTime CreatedAt, [property: JsonIgnore] int Version)
{
    /// <summary>Tells why a guarded change met no row: the user is there, of another version, or it is not.</summary>
    public static Task<bool> Exists(NpgsqlConnection connection, int id) => connection.ExecuteScalarAsync<bool>(
        """
        select exists (
            select
            from users.users
            where id = @id)
        """,
        new { id });
}
