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
    string Status,
    DateTime CreatedAt,
    DateTime UpdatedAt,
    [property: JsonIgnore] int Version);
