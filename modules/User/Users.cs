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
}
