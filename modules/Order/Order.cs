using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Shop.Order;

/// <summary>An order as clients see one, and its version, which they see as the <c>ETag</c>.</summary>
/// <param name="Username">As it was when the order was placed; so are <paramref name="ProductName"/> and <paramref name="UnitPrice"/>.</param>
/// <param name="Quantity">Units of the product.</param>
sealed record Order(
    long Id,
    int UserId,
    string Username,
    int ProductId,
    string ProductName,
    int Quantity,
    decimal UnitPrice,
    decimal TotalPrice,
    [property: AllowedValues(OrderStatus.Pending, OrderStatus.Shipped, OrderStatus.Completed, OrderStatus.Cancelled)] string Status,
    DateTime CreatedAt,
    DateTime UpdatedAt,
    [property: JsonIgnore] int Version)
{
    /// <summary>Columns of an order, in the order of the record's parameters, as Dapper requires.</summary>
    public const string Columns =
        "id, user_id, username, product_id, product_name, quantity, unit_price, total_price, status, created_at, updated_at, version";

    /// <summary>One of the sample data.</summary>
    public static Order Example { get; } = new(
        1, 1, "john_doe", 1, "Laptop", 1, 999.99m, 999.99m, OrderStatus.Completed, Placed, Placed, Version: 3);

    static DateTime Placed => new(2026, 2, 14, 10, 59, 23, 123, DateTimeKind.Utc);
}
