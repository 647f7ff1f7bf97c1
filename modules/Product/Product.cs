using System.Text.Json.Serialization;
using Shop.Shared.Data;

namespace Shop.Product;

/// <summary>A product as clients see one, and its version, which they see as the <c>ETag</c>.</summary>
/// <param name="Stock">Units that can be ordered.</param>
sealed record Product(int Id, string Name, decimal Price, int Stock, DateTime CreatedAt, [property: JsonIgnore] int Version)
{
    /// <summary>Columns of a product, in the order of the record's parameters, as Dapper requires.</summary>
    public const string Columns = "id, name, price, stock, created_at, version";

    /// <summary>One of the sample data.</summary>
    public static Product Example { get; } = new(1, "Laptop", 999.99m, 50, new(2026, 2, 14, 10, 59, 23, 123, DateTimeKind.Utc), Version: 1);

    /// <summary>Tells why a guarded change met no row: the product is there, of another version, or it is not.</summary>
    public static async Task<bool> Exists(ConnectionPool pool, int id, CancellationToken cancelled)
    {
        var rows = await pool.Read<int>(
            """
            select id
            from products.products
            where id = @id
            """,
            new { id },
            cancelled);
        return rows.Count > 0;
    }
}
