-- evolve-repeat-always
-- What each host may do with this module's tables; whatever is not named here, it may not. Set anew at every migration, so that a role
-- that was made anew, or a right that was taken out of this file, is as it stands here.
revoke all on all tables in schema products from shop, shop_product, shop_order, shop_user;
revoke all on all sequences in schema products from shop, shop_product, shop_order, shop_user;
revoke all on schema products from shop, shop_product, shop_order, shop_user;

grant usage on schema products to shop, shop_product, shop_order;
grant select, insert, update, delete on products.products to shop, shop_product;

-- IStock, kept in the order host: read and lock a product, take stock from it.
grant select (id, name, price, stock, version), update (stock, version) on products.products to shop_order;

-- A host looks whether the schema is as new as it needs.
grant usage on schema migrations to shop, shop_product, shop_order;
grant select on migrations.products to shop, shop_product, shop_order;
