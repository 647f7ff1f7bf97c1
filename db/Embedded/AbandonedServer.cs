using Dapper;
using Npgsql;
using Shop.Shared.Hosting;

namespace Shop.Database.Embedded;

/// <summary>
/// Clears away what a killed process left on a data folder: its server, or only the file <c>postmaster.pid</c> that speaks of one. The
/// process in that file may be another program by now, and <c>pg_ctl</c> would stop it. So only what answers at the port in the file, knows
/// our password and has our data is taken for the server.
/// </summary>
sealed class AbandonedServer(DataFolder folder, ServerProcess server)
{
    const int PortLine = 3;

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Stops the server, if there is one. There is no <c>postmaster.pid</c> afterwards. The caller holds the folder.</summary>
    /// <exception cref="StartupException">It does not stop, or does not answer.</exception>
    public async Task ClearAway(string password, CancellationToken cancelled)
    {
        if (!File.Exists(folder.ProcessFile))
        {
            return;
        }

        if (await IsRunning(password, cancelled))
        {
            await Stop(cancelled);
        }
        else
        {
            // Should it run after all, PostgreSQL sees that its shared memory is in use, and a second one does not start.
            File.Delete(folder.ProcessFile);
        }
    }

    async Task<bool> IsRunning(string password, CancellationToken cancelled) =>
        File.ReadLines(folder.ProcessFile).ElementAtOrDefault(PortLine) is { } line
        && int.TryParse(line, out var port)
        && await Answers(Loopback.ConnectionString(port, "postgres", EmbeddedPostgres.Owner, password), cancelled);

    async Task<bool> Answers(string connectionString, CancellationToken cancelled)
    {
        while (true)
        {
            try
            {
                await using var connection = await OwnerConnection.Open(connectionString, cancelled);
                return await connection.ExecuteScalarAsync<string>("show data_directory") == folder.Data;
            }
            catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.CannotConnectNow)
            {
                // It is starting or stopping; soon it does neither.
                await Task.Delay(Pause, cancelled);
            }
            catch (NpgsqlException fault) when (fault.InnerException is TimeoutException)
            {
                throw new StartupException(
                    $"The server that was left behind does not answer: end the process that {folder.ProcessFile} names, "
                    + "or remove that file if the process is another program.",
                    fault);
            }
            catch (NpgsqlException)
            {
                return false;
            }
        }
    }

    async Task Stop(CancellationToken cancelled)
    {
        var result = await server.Stop(cancelled);
        if (!result.Succeeded)
        {
            throw new StartupException($"The server that was left behind in {folder.Root} does not stop: {result.LastLine}");
        }
    }
}
