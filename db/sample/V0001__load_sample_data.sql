-- Loaded only into a database that nobody has used yet.
do $$
begin
    if exists (select from users.users) or exists (select from products.products) then
        return;
    end if;

    insert into users.users (id, username, email)
    values
        (1, 'john_doe', 'john@example.com'),
        (2, 'jane_smith', 'jane@example.com'),
        (3, 'bob_wilson', 'bob@example.com');

    insert into products.products (id, name, price, stock)
    values
        (1, 'Laptop', 999.99, 50),
        (2, 'Wireless Mouse', 29.99, 200),
        (3, 'Mechanical Keyboard', 79.99, 150),
        (4, 'USB-C Hub', 49.99, 100),
        (5, 'Webcam HD', 89.99, 75);

    insert into orders.orders (id, user_id, username, product_id, product_name, quantity, unit_price, total_price, status)
    values
        (1, 1, 'john_doe', 1, 'Laptop', 1, 999.99, 999.99, 'completed'),
        (2, 2, 'jane_smith', 2, 'Wireless Mouse', 2, 29.99, 59.98, 'pending'),
        (3, 3, 'bob_wilson', 3, 'Mechanical Keyboard', 1, 79.99, 79.99, 'shipped');

    -- Identities go on behind the ids given above.
    perform setval('users.users_id_seq', greatest(3, (select last_value from users.users_id_seq)));
    perform setval('products.products_id_seq', greatest(5, (select last_value from products.products_id_seq)));
    perform setval('orders.orders_id_seq', greatest(3, (select last_value from orders.orders_id_seq)));
end
$$;
