using FluentValidation;
using Shop.Shared.Hosting;

namespace Shop.Product;

/// <summary>What a client says of a product that it creates or changes.</summary>
sealed record ProductRequest
{
    public Field<string> Name { get; init; }

    public Field<decimal> Price { get; init; }

    public Field<int> Stock { get; init; }

    public bool IsEmpty => Name.IsAbsent && Price.IsAbsent && Stock.IsAbsent;
}

/// <summary>What is true of every product.</summary>
static class ProductRules
{
    public static void ProductName(this IRuleBuilder<ProductRequest, Field<string>> rule) => rule.Text(1, 255);

    public static void ProductPrice(this IRuleBuilder<ProductRequest, Field<decimal>> rule) => rule.Money(0m, 99_999_999.99m);

    public static void ProductStock(this IRuleBuilder<ProductRequest, Field<int>> rule) => rule.WholeNumber(0, int.MaxValue);
}
