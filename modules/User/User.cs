using System.Text.Json.Serialization;
using Shop.Shared.Data;

namespace Shop.User;

/// <summary>A user as clients see one, and its version, which they see as the <c>ETag</c>.</summary>
sealed record User(int Id, string Username, string Email, DateTime CreatedAt, [property: JsonIgnore] int Version)
{
    /// <summary>Columns of a user, in the order of the record's parameters, as Dapper requires.</summary>
    public const string Columns = "id, username, email, created_at, version";

    /// <summary>One of the sample data.</summary>
    public static User Example { get; } = new(1, "john_doe", "john@example.com", new(2026, 2, 14, 10, 59, 23, 123, DateTimeKind.Utc), Version: 1);

    /// <summary>Tells why a guarded change met no row: the user is there, of another version, or it is not.</summary>
    public static async Task<bool> Exists(ConnectionPool pool, int id, CancellationToken cancelled)
    {
        var rows = await pool.Read<int>(
            """
            select id
            from users.users
            where id = @id
            """,
            new { id },
            cancelled);
        return rows.Count > 0;
    }
}
