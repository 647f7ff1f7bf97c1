using Shop.Database;

namespace Shop.Harness.Shops;

/// <summary>The hosts that make up a shop. Test fixtures take it as their parameter; no test asks which one it runs on.</summary>
/// <param name="Name">Name in test results.</param>
/// <param name="Products">Host of the products.</param>
/// <param name="Orders">Host of the orders.</param>
/// <param name="Users">Host of the users.</param>
public sealed record Layout(string Name, HostKind Products, HostKind Orders, HostKind Users)
{
    static readonly HostKind All = new("All", Roles.Shop, "shop");

    /// <summary>One process for all modules.</summary>
    public static Layout AllInOne { get; } = new("all in one", All, All, All);

    /// <summary>One process for each module.</summary>
    public static Layout Split { get; } = new(
        "split",
        new("Product", Roles.Product, "product-service"),
        new("Order", Roles.Order, "order-service"),
        new("User", Roles.User, "user-service"));

    /// <summary>All layouts.</summary>
    public static IEnumerable<Layout> Every { get; } = [AllInOne, Split];

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>One of the programs in <c>hosts/</c>.</summary>
/// <param name="Name">Its folder in <c>hosts/</c>.</param>
/// <param name="Role">Role in PostgreSQL that it connects as.</param>
/// <param name="Service">Its service name, also its job in Prometheus.</param>
public sealed record HostKind(string Name, string Role, string Service);
