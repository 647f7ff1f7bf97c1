using Shop.Harness.Processes;

namespace Shop.Harness.Databases;

/// <summary>A server that is stopped, and started again with the same settings when this is disposed of.</summary>
public sealed class StoppedServer : IAsyncDisposable
{
    readonly string[] command;

    StoppedServer(string[] command) => this.command = command;

    /// <summary>Stops the server and ends all its sessions (PostgreSQL manual, section 19.5: SIGINT).</summary>
    public static StoppedServer Stop(PostgresServer server)
    {
        var postmaster = server.ProcessId;
        var command = File.ReadAllText($"/proc/{postmaster}/cmdline").Split('\0', StringSplitOptions.RemoveEmptyEntries);
        Signals.Send(Signal.Interrupt, postmaster);
        return new(command);
    }

    /// <summary>Starts the server.</summary>
    public async ValueTask DisposeAsync()
    {
        // The command line is always "postgres -D FOLDER", followed by the settings.
        var (program, data, settings) = (command[0], command[2], string.Join(' ', command[3..]));
        string[] account = Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] : [];
        // The account may not be allowed to enter the current directory.
        var (exitCode, output) = await new Command(
            "env",
            [
                "--chdir=/", .. account, Path.Combine(Path.GetDirectoryName(program)!, "pg_ctl"), "start", "--wait",
                $"--pgdata={data}", $"--log={Path.Combine(data, "..", "postgres.log")}", $"--options={settings}",
            ]).Run();
        if (exitCode != 0)
        {
            throw new InvalidOperationException($"PostgreSQL does not start again: {output}");
        }
    }
}
