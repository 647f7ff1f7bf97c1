-- What each host may do with this module's tables; whatever is not named here, it may not.
grant usage on schema users to shop, shop_user, shop_order;
grant select, insert, update, delete on users.users to shop, shop_user;

-- IUsers, kept in the order host: the name of a user, locked "for key share", which asks for update of one column. No e-mail address.
grant select (id, username), update (id) on users.users to shop_order;
