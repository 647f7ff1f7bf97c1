namespace Shop.Harness.Shops;

/// <summary>Addresses of a shop's three services.</summary>
/// <param name="Products">Address of the product service.</param>
/// <param name="Orders">Address of the order service.</param>
/// <param name="Users">Address of the user service.</param>
public sealed record ShopAddresses(Uri Products, Uri Orders, Uri Users);
