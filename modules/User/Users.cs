using System.Data.Common;
using Dapper;
using Shop.Shared.Contracts;

namespace Shop.User;

/// <summary>Keeps the promise <see cref="IUsers"/>.</summary>
sealed class Users : IUsers
{
    public async Task<IReadOnlyDictionary<int, string>> Hold(
        IReadOnlyCollection<int> userIds, DbTransaction transaction, CancellationToken cancelled)
    {
        // "for key share" is the lock of a foreign key: it waits for a delete, but neither for a rename nor for other orders.
        var held = await transaction.Connection!.QueryAsync<(int Id, string Username)>(new CommandDefinition(
            """
            select id, username
            from users.users
            where id = any(@ids)
            order by id
            for key share
            """,
            new { ids = userIds.Distinct().ToArray() },
            transaction,
            cancellationToken: cancelled));
        return held.ToDictionary(user => user.Id, user => user.Username);
    }

    public async Task<IReadOnlyCollection<int>> Locked(IReadOnlyCollection<int> userIds, DbTransaction transaction, CancellationToken cancelled)
    {
        var locked = await transaction.Connection!.QueryAsync<int>(new CommandDefinition(
            """
            with free as materialized (
                select id
                from users.users
                where id = any(@ids)
                for key share skip locked
            )
            select id
            from users.users
            where id = any(@ids)
              and id not in (select id from free)
            """,
            new { ids = userIds.Distinct().ToArray() },
            transaction,
            cancellationToken: cancelled));
        return locked.AsList();
    }
}
