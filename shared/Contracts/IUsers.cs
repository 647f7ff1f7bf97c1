using System.Data.Common;

namespace Shop.Shared.Contracts;

/// <summary>What the User module promises: who a user is, and that it stays one for as long as the caller's transaction.</summary>
public interface IUsers
{
    /// <summary>
    /// Finds users and holds them: none of those found can be deleted before <paramref name="transaction"/> ends. They may be renamed
    /// meanwhile.
    /// </summary>
    /// <returns>The username of each user found, by id. An id that is no user's is left out.</returns>
    Task<IReadOnlyDictionary<int, string>> Hold(
        IReadOnlyCollection<int> userIds, DbTransaction transaction, CancellationToken cancelled);

    /// <summary>
    /// Returns those of the users that <see cref="Hold"/> would have to wait for, because another transaction has locked them. Holds the others until
    /// <paramref name="transaction"/> ends, so that is to be at once.
    /// </summary>
    Task<IReadOnlyCollection<int>> Locked(IReadOnlyCollection<int> userIds, DbTransaction transaction, CancellationToken cancelled);
}
