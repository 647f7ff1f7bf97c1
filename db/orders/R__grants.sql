-- What each host may do with this module's tables; whatever is not named here, it may not.
grant usage on schema orders to shop, shop_order;
grant select, insert, update on orders.orders to shop, shop_order;
grant usage on sequence orders.orders_id_seq to shop, shop_order;
