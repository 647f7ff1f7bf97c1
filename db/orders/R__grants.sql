-- evolve-repeat-always
-- What each host may do with this module's tables; whatever is not named here, it may not. Set anew at every migration, so that a role
-- that was made anew, or a right that was taken out of this file, is as it stands here.
revoke all on all tables in schema orders from shop, shop_product, shop_order, shop_user;
revoke all on all sequences in schema orders from shop, shop_product, shop_order, shop_user;
revoke all on schema orders from shop, shop_product, shop_order, shop_user;

grant usage on schema orders to shop, shop_order;
grant select, insert, update on orders.orders to shop, shop_order;
grant usage on sequence orders.orders_id_seq to shop, shop_order;

-- A host looks whether the schema is as new as it needs.
grant usage on schema migrations to shop, shop_order;
grant select on migrations.orders to shop, shop_order;
