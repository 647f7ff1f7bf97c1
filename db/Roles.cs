namespace Shop.Database;

/// <summary>The login roles of the hosts, and of who watches the server. What each host may do stands in the grants of the migrations.</summary>
public static class Roles
{
    /// <summary>The all-in-one host.</summary>
    public const string Shop = "shop";

    /// <summary>The product host.</summary>
    public const string Product = "shop_product";

    /// <summary>The order host.</summary>
    public const string Order = "shop_order";

    /// <summary>The user host.</summary>
    public const string User = "shop_user";

    /// <summary>PostgreSQL's exporter: it sees the server's statistics (<c>pg_monitor</c>), and no row of ours.</summary>
    public const string Monitor = "shop_monitor";

    /// <summary>Every one of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Shop, Product, Order, User, Monitor];
}
