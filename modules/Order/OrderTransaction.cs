using Dapper;
using Npgsql;
using Shop.Shared.Contracts;
using Shop.Shared.Data;

namespace Shop.Order;

/// <summary>The transaction that places a batch of orders.</summary>
sealed class OrderTransaction(ShopDatabase database, IUsers users, IStock stock)
{
    /// <summary>Judges the calls in turn and writes the orders granted: in one transaction, or not at all.</summary>
    /// <returns>
    /// A verdict a call, in order; or null where it was rolled back because another host was first with a key: the next attempt finds what that host has
    /// committed.
    /// </returns>
    /// <exception cref="LockTimeoutException">Somebody else holds a lock that is needed.</exception>
    public Task<IReadOnlyList<Verdict>?> Attempt(IReadOnlyList<OrderCall> calls) =>
        database.Orders.Use(connection => Judge(calls, connection));

    /// <summary>Returns which of the users or products of the calls are locked by somebody else at this moment. Of keys none is known.</summary>
    public Task<HashSet<LockedRow>> Locked(IReadOnlyList<OrderCall> calls, LockKind kind) =>
        database.Orders.Use(connection => LookFor(calls, kind, connection));

    async Task<HashSet<LockedRow>> LookFor(IReadOnlyList<OrderCall> calls, LockKind kind, NpgsqlConnection connection)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        IReadOnlyCollection<int> ids = kind switch
        {
            LockKind.User => await users.Locked([.. calls.Select(call => call.UserId)], transaction, default),
            LockKind.Product => await stock.Locked([.. calls.Select(call => call.ProductId)], transaction, default),
            _ => [],
        };
        return [.. ids.Select(id => new LockedRow(kind, id))];
    }

    async Task<IReadOnlyList<Verdict>?> Judge(IReadOnlyList<OrderCall> calls, NpgsqlConnection connection)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        var verdicts = new Dictionary<OrderCall, Verdict>(calls.Count);

        // Locks are taken in one order everywhere, so that no two hosts wait for each other: users, products, orders.
        await Replay(calls, verdicts, transaction);
        var usernames = await HoldUsers(calls, verdicts, transaction);
        var granted = await ReserveStock(calls, verdicts, transaction);

        // Another host may have placed the very order of a call refused here meanwhile, with the units that are missing now.
        var refused = calls.Where(call => verdicts.GetValueOrDefault(call) is Verdict.UnknownUser or Verdict.UnknownProduct or Verdict.Insufficient);
        if ((await FindByKey(refused, transaction)).Count > 0)
        {
            return null;
        }

        if (granted.Count > 0)
        {
            if (await Insert(granted, usernames, verdicts, transaction) is not { } transactionId)
            {
                return null;
            }

            await CertainCommit.Commit(transaction, transactionId, database.Rescue);
        }

        return [.. calls.Select(call => verdicts[call])];
    }

    static async Task Replay(IReadOnlyList<OrderCall> calls, Dictionary<OrderCall, Verdict> verdicts, NpgsqlTransaction transaction)
    {
        var earlier = await FindByKey(calls, transaction);
        foreach (var call in calls)
        {
            if (call.IdempotencyKey is { } key && earlier.TryGetValue(key, out var order))
            {
                verdicts[call] = call.Asks(order) ? new Verdict.Replayed(order) : new Verdict.KeyReused();
            }
        }
    }

    async Task<IReadOnlyDictionary<int, string>> HoldUsers(
        IReadOnlyList<OrderCall> calls, Dictionary<OrderCall, Verdict> verdicts, NpgsqlTransaction transaction)
    {
        var open = calls.Where(call => !verdicts.ContainsKey(call)).ToArray();
        var usernames = await LockTimeoutException.Watch(
            users.Hold([.. open.Select(call => call.UserId)], transaction, default), LockKind.User);
        foreach (var call in open.Where(call => !usernames.ContainsKey(call.UserId)))
        {
            verdicts[call] = new Verdict.UnknownUser();
        }

        return usernames;
    }

    async Task<List<(OrderCall Call, Reservation.Granted Terms)>> ReserveStock(
        IReadOnlyList<OrderCall> calls, Dictionary<OrderCall, Verdict> verdicts, NpgsqlTransaction transaction)
    {
        var open = calls.Where(call => !verdicts.ContainsKey(call)).ToArray();
        var reservations = await LockTimeoutException.Watch(
            stock.Reserve([.. open.Select(call => new StockRequest(call.ProductId, call.Quantity))], transaction, default), LockKind.Product);
        var granted = new List<(OrderCall, Reservation.Granted)>();
        foreach (var (call, reservation) in open.Zip(reservations))
        {
            switch (reservation)
            {
                case Reservation.Granted terms:
                    granted.Add((call, terms));
                    break;
                case Reservation.Insufficient(var available):
                    verdicts[call] = new Verdict.Insufficient(available);
                    break;
                case Reservation.UnknownProduct:
                    verdicts[call] = new Verdict.UnknownProduct();
                    break;
            }
        }

        return granted;
    }

    /// <summary>Writes the orders and answers the transaction's id, or null where another host was first with one of the keys.</summary>
    static async Task<string?> Insert(
        List<(OrderCall Call, Reservation.Granted Terms)> granted,
        IReadOnlyDictionary<int, string> usernames,
        Dictionary<OrderCall, Verdict> verdicts,
        NpgsqlTransaction transaction)
    {
        // The ids are drawn first and tell which row is whose: the rows that "returning" gives have no order. Keys are inserted in their
        // own order, so that two hosts with the same keys wait for each other in one direction only.
        var inserted = await LockTimeoutException.Watch(
            transaction.Connection!.QueryAsync<(int Position, long Id, DateTime CreatedAt, string TransactionId)>(
                """
                with drawn as materialized (
                    select nextval('orders.orders_id_seq') as id, wish.*
                    from unnest(
                        @positions, @userIds, @usernames, @productIds, @productNames, @quantities, @unitPrices, @keys)
                        as wish(position, user_id, username, product_id, product_name, quantity, unit_price, idempotency_key)
                ),
                inserted as (
                    insert into orders.orders (
                        id, user_id, username, product_id, product_name, quantity, unit_price, total_price, idempotency_key)
                    select id, user_id, username, product_id, product_name, quantity, unit_price, unit_price * quantity, idempotency_key
                    from drawn
                    order by idempotency_key collate "C"
                    on conflict (idempotency_key) where idempotency_key is not null do nothing
                    returning id, created_at
                )
                select drawn.position, inserted.id, inserted.created_at, pg_current_xact_id()::text
                from drawn
                join inserted on inserted.id = drawn.id
                """,
                new
                {
                    positions = Enumerable.Range(0, granted.Count).ToArray(),
                    userIds = granted.Select(order => order.Call.UserId).ToArray(),
                    usernames = granted.Select(order => usernames[order.Call.UserId]).ToArray(),
                    productIds = granted.Select(order => order.Call.ProductId).ToArray(),
                    productNames = granted.Select(order => order.Terms.ProductName).ToArray(),
                    quantities = granted.Select(order => order.Call.Quantity).ToArray(),
                    unitPrices = granted.Select(order => order.Terms.UnitPrice).ToArray(),
                    keys = granted.Select(order => order.Call.IdempotencyKey).ToArray(),
                },
                transaction),
            LockKind.Key);

        var rows = inserted.AsList();
        foreach (var (position, id, createdAt, _) in rows)
        {
            var (call, terms) = granted[position];
            verdicts[call] = new Verdict.Placed(call.PlacedAs(id, usernames[call.UserId], terms, createdAt));
        }

        return rows.Count == granted.Count ? rows[0].TransactionId : null;
    }

    static async Task<Dictionary<string, Order>> FindByKey(IEnumerable<OrderCall> calls, NpgsqlTransaction transaction)
    {
        var keys = calls.Select(call => call.IdempotencyKey).OfType<string>().ToArray();
        if (keys.Length == 0)
        {
            return [];
        }

        var found = await transaction.Connection!.QueryAsync<string, Order, (string Key, Order Order)>(
            $"""
            select idempotency_key,
                {Order.Columns}
            from orders.orders
            where idempotency_key = any(@keys)
            """,
            (key, order) => (key, order),
            new { keys },
            transaction);
        return found.ToDictionary(row => row.Key, row => row.Order);
    }
}
