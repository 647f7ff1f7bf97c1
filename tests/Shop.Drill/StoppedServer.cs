using Shop.Tests;
using Shop.Tests.Ops;
using Shop.Tests.Running;

namespace Shop.Drill;

/// <summary>The database's server, stopped, until it is started again as it was when this is disposed of.</summary>
sealed class StoppedServer : IAsyncDisposable
{
    readonly string[] command;

    StoppedServer(string[] command) => this.command = command;

    /// <summary>Stops it, with all its sessions (PostgreSQL manual, section 19.5: SIGINT).</summary>
    public static Task<IAsyncDisposable> Stop()
    {
        var server = TestDatabase.ServerProcess;
        var stopped = new StoppedServer(File.ReadAllText($"/proc/{server}/cmdline").Split('\0', StringSplitOptions.RemoveEmptyEntries));
        RunningProcess.Send(Signal.Interrupt, server);
        return Task.FromResult<IAsyncDisposable>(stopped);
    }

    public async ValueTask DisposeAsync()
    {
        // It is always run as "postgres -D FOLDER", and then its settings.
        var (program, data, settings) = (command[0], command[2], string.Join(' ', command[3..]));
        string[] account = Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] : [];
        // Another account may not be able to enter the folder that we are in.
        var (exitCode, output) = await Tool.Run(
            "env",
            [
                "--chdir=/", .. account, Path.Combine(Path.GetDirectoryName(program)!, "pg_ctl"), "start", "--wait",
                $"--pgdata={data}", $"--log={Path.Combine(data, "..", "postgres.log")}", $"--options={settings}",
            ],
            []);
        if (exitCode != 0)
        {
            throw new InvalidOperationException($"PostgreSQL does not start again: {output}");
        }
    }
}
