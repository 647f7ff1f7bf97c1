-- evolve-repeat-always
-- What each host may do with this module's tables; whatever is not named here, it may not. Set anew at every migration, so that a role
-- that was made anew, or a right that was taken out of this file, is as it stands here.
revoke all on all tables in schema users from shop, shop_product, shop_order, shop_user;
revoke all on all sequences in schema users from shop, shop_product, shop_order, shop_user;
revoke all on schema users from shop, shop_product, shop_order, shop_user;

grant usage on schema users to shop, shop_user, shop_order;
grant select, insert, update, delete on users.users to shop, shop_user;

-- IUsers, kept in the order host: the name of a user, locked "for key share", which asks for update of one column. No e-mail address.
grant select (id, username), update (id) on users.users to shop_order;

-- A host looks whether the schema is as new as it needs.
grant usage on schema migrations to shop, shop_user, shop_order;
grant select on migrations.users to shop, shop_user, shop_order;
