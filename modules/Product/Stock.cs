using System.Data.Common;
using Dapper;
using Shop.Shared.Contracts;
using Shop.Shared.Data;

namespace Shop.Product;

/// <summary>Keeps the promise <see cref="IStock"/>.</summary>
sealed class Stock : IStock
{
    sealed record Shelf(int Id, string Name, decimal Price, int Stock);

    public async Task<IReadOnlyList<Reservation>> Reserve(
        IReadOnlyList<StockRequest> requests, DbTransaction transaction, CancellationToken cancelled)
    {
        var shelves = await Lock(requests, transaction, cancelled);
        var taken = new Dictionary<int, int>();
        var verdicts = requests.Select(request => Judge(request, shelves, taken)).ToArray();
        if (taken.Count > 0)
        {
            await Add(taken.ToDictionary(product => product.Key, product => -product.Value), transaction, cancelled);
        }

        return verdicts;
    }

    public async Task<bool> Release(IReadOnlyList<StockRequest> requests, DbTransaction transaction, CancellationToken cancelled)
    {
        var shelves = await Lock(requests, transaction, cancelled);
        var returned = requests
            .GroupBy(request => request.ProductId)
            .ToDictionary(product => product.Key, product => product.Sum(request => (long)request.Quantity));
        if (returned.Any(product => shelves[product.Key].Stock + product.Value > int.MaxValue))
        {
            return false;
        }

        await Add(returned.ToDictionary(product => product.Key, product => (int)product.Value), transaction, cancelled);
        return true;
    }

    public async Task<IReadOnlyDictionary<int, int>> UnitsLeft(
        IReadOnlyList<int> productIds, DbTransaction transaction, CancellationToken cancelled)
    {
        var products = await transaction.Connection!.QueryAsync<(int Id, int Stock)>(new CommandDefinition(
            """
            select id, stock
            from products.products
            where id = any(@productIds)
            """,
            new { productIds },
            transaction,
            cancellationToken: cancelled));
        return products.ToDictionary(product => product.Id, product => product.Stock);
    }

    public async Task<IReadOnlyCollection<int>> Locked(IReadOnlyCollection<int> productIds, DbTransaction transaction, CancellationToken cancelled)
    {
        var locked = await transaction.Connection!.QueryAsync<int>(new CommandDefinition(
            """
            with free as materialized (
                select id
                from products.products
                where id = any(@ids)
                for no key update skip locked
            )
            select id
            from products.products
            where id = any(@ids)
              and id not in (select id from free)
            """,
            new { ids = productIds.Distinct().ToArray() },
            transaction,
            cancellationToken: cancelled));
        return locked.AsList();
    }

    static async Task<Dictionary<int, Shelf>> Lock(
        IReadOnlyList<StockRequest> requests, DbTransaction transaction, CancellationToken cancelled)
    {
        // "for update" would make the foreign keys of other orders wait for this one's commit.
        var shelves = await transaction.Connection!.QueryAsync<Shelf>(new CommandDefinition(
            """
            select id, name, price, stock
            from products.products
            where id = any(@ids)
            order by id
            for no key update
            """,
            new { ids = requests.Select(request => request.ProductId).Distinct().ToArray() },
            transaction,
            cancellationToken: cancelled));
        return shelves.ToDictionary(shelf => shelf.Id);
    }

    // In turn and not by a running sum in SQL: there, a hopeless request would count against those behind it.
    static Reservation Judge(StockRequest request, Dictionary<int, Shelf> shelves, Dictionary<int, int> taken)
    {
        if (!shelves.TryGetValue(request.ProductId, out var shelf))
        {
            return new Reservation.UnknownProduct();
        }

        var before = taken.GetValueOrDefault(shelf.Id);
        var available = shelf.Stock - before;
        if (request.Quantity > available)
        {
            return new Reservation.Insufficient(available);
        }

        taken[shelf.Id] = before + request.Quantity;
        return new Reservation.Granted(shelf.Name, shelf.Price);
    }

    static Task<int> Add(Dictionary<int, int> units, DbTransaction transaction, CancellationToken cancelled) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(
            $"""
            update products.products as target
            set stock = target.stock + added.units,
                version = {RowVersion.Next}
            from unnest(@ids, @units) as added(id, units)
            where target.id = added.id
            """,
            new { ids = units.Keys.ToArray(), units = units.Values.ToArray() },
            transaction,
            cancellationToken: cancelled));
}
