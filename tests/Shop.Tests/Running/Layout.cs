using Shop.Database;

namespace Shop.Tests.Running;

/// <summary>Which hosts make up the shop under test. Fixtures take it as their parameter; no test asks which it is on.</summary>
public sealed record Layout(string Name, HostKind Products, HostKind Orders, HostKind Users)
{
    static readonly HostKind All = new("All", Roles.Shop, "shop");

    public static IEnumerable<Layout> Every { get; } =
    [
        new("all in one", All, All, All),
        new(
            "split",
            new("Product", Roles.Product, "product-service"),
            new("Order", Roles.Order, "order-service"),
            new("User", Roles.User, "user-service")),
    ];

    public override string ToString() => Name;
}

/// <summary>One of the programs in <c>hosts/</c>, the role that it connects as, and what it calls itself.</summary>
public sealed record HostKind(string Name, string Role, string Service);
