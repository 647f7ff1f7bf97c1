using Shop.Shared.Hosting;

namespace Shop.Database.Embedded;

/// <summary>The account that PostgreSQL's programs run as: one's own, but <c>postgres</c> for root, which they refuse.</summary>
sealed class ServerAccount
{
    const string Lent = "postgres";

    readonly bool isLent;

    ServerAccount(bool isLent) => this.isLent = isLent;

    /// <exception cref="StartupException">We are root, and there is no account to lend.</exception>
    public static async Task<ServerAccount> Find(CancellationToken cancelled)
    {
        var account = new ServerAccount(isLent: Environment.IsPrivilegedProcess);
        var attempt = await account.Run("true", [], cancelled);
        return attempt.Succeeded
            ? account
            : throw new StartupException($"PostgreSQL refuses to run as root, and cannot be run as \"{Lent}\": {attempt.LastLine}");
    }

    /// <summary>Runs a program as this account, to its end.</summary>
    public Task<CommandResult> Run(string program, IEnumerable<string> arguments, CancellationToken cancelled) => isLent
        ? Command.Run("setpriv", [$"--reuid={Lent}", $"--regid={Lent}", "--init-groups", program, .. arguments], cancelled)
        : Command.Run(program, arguments, cancelled);

    /// <summary>Whether this account reaches what is in a folder.</summary>
    public async Task<bool> CanEnter(string folder, CancellationToken cancelled) =>
        !isLent || (await Run("test", ["-x", folder], cancelled)).Succeeded;

    /// <summary>Gives this account a file or folder of ours.</summary>
    /// <exception cref="StartupException">It could not be given away.</exception>
    public async Task TakeOver(string path, CancellationToken cancelled)
    {
        if (isLent && await Command.Run("chown", [$"{Lent}:{Lent}", path], cancelled) is { Succeeded: false } failure)
        {
            throw new StartupException($"{path} cannot be given to the account \"{Lent}\": {failure.LastLine}");
        }
    }
}
