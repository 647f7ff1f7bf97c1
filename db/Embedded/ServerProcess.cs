using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Shop.Shared.Hosting;

namespace Shop.Database.Embedded;

/// <summary>
/// The server on a data folder. <c>pg_ctl</c> starts it in a session of its own, so that Ctrl-C in our terminal does not stop it under
/// requests in flight.
/// </summary>
sealed class ServerProcess(DataFolder folder, PostgresBinaries binaries, ServerAccount account)
{
    const int Attempts = 5;
    const string PatienceInSeconds = "60";

    // Sessions of a server that was killed end at their next statement at the latest, which is bounded by statement_timeout.
    static readonly TimeSpan PatienceWithRemains = TimeSpan.FromSeconds(15), Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Returns when the server accepts connections.</summary>
    /// <returns>Its port on loopback, a free one.</returns>
    /// <exception cref="StartupException">It does not start.</exception>
    public async Task<int> Start(CancellationToken cancelled)
    {
        for (var attempt = 1; ; attempt++)
        {
            var port = FreePort();
            var result = await TryStart(port, cancelled);
            if (result.Succeeded)
            {
                return port;
            }

            var log = ServerLog.Read(folder.Log);
            // Another program was quicker to take the port.
            if (!log.TellsOfTakenPort || attempt == Attempts)
            {
                throw new StartupException(
                    $"PostgreSQL does not start on {folder.Data}: {log.Complaint ?? result.LastLine} (see {folder.Log}). {DataFolder.WayOut}");
            }
        }
    }

    /// <summary>Starts a server that was killed on the port that it had, as soon as the last of its processes is gone.</summary>
    /// <exception cref="StartupException">It does not start within 15 seconds.</exception>
    public async Task StartAgain(int port, CancellationToken cancelled)
    {
        for (var began = Stopwatch.GetTimestamp(); !(await TryStart(port, cancelled)).Succeeded;)
        {
            if (Stopwatch.GetElapsedTime(began) > PatienceWithRemains)
            {
                throw new StartupException($"PostgreSQL does not start again on {folder.Data}: {ServerLog.Read(folder.Log).Complaint} (see {folder.Log}).");
            }

            await Task.Delay(Pause, cancelled);
        }
    }

    /// <summary>Ends the sessions and then the server, and returns when it is gone. Its data is safe in any case.</summary>
    public Task<CommandResult> Stop(CancellationToken cancelled) =>
        PgCtl(["stop", "--mode=fast"], cancelled);

    async Task<CommandResult> TryStart(int port, CancellationToken cancelled)
    {
        if (File.Exists(folder.Log))
        {
            File.Move(folder.Log, $"{folder.Log}.1", overwrite: true);
        }

        try
        {
            var result = await PgCtl(["start", $"--log={folder.Log}", $"--options={Settings(port)}"], cancelled);
            if (!result.Succeeded)
            {
                // It may be on its way nevertheless, only too slowly.
                await Stop(CancellationToken.None);
            }

            return result;
        }
        catch (OperationCanceledException)
        {
            await Stop(CancellationToken.None);
            throw;
        }
    }

    Task<CommandResult> PgCtl(IEnumerable<string> arguments, CancellationToken cancelled) => account.Run(
        binaries.PgCtl, [.. arguments, $"--pgdata={folder.Data}", "--wait", $"--timeout={PatienceInSeconds}"], cancelled);

    // What is not said here is PostgreSQL's default; above all, a commit is on the disk before it is answered. Three hosts and a test
    // suite have more connections than the default 100.
    static string Settings(int port) =>
        $"-p {port} -c listen_addresses={Loopback.Address} -c unix_socket_directories= -c max_connections=200";

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, port: 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
