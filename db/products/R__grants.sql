-- What each host may do with this module's tables; whatever is not named here, it may not.
grant usage on schema products to shop, shop_product, shop_order;
grant select, insert, update, delete on products.products to shop, shop_product;

-- IStock, kept in the order host: read and lock a product, take stock from it.
grant select (id, name, price, stock, version), update (stock, version) on products.products to shop_order;
