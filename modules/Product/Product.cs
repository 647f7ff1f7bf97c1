namespace Shop.Product;

/// <summary>A product as clients see one.</summary>
/// <param name="Price">Of one unit, with two decimals.</param>
/// <param name="Stock">Units that can be ordered at this moment.</param>
sealed record Product(int Id, string Name, decimal Price, int Stock, DateTime CreatedAt);
