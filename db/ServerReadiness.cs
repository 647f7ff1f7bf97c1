using System.Diagnostics;
using Npgsql;
using Shop.Shared.Hosting;

namespace Shop.Database;

/// <summary>Waits for a server that is still starting.</summary>
static class ServerReadiness
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Returns when the server accepts a connection. Says once that it waits.</summary>
    /// <exception cref="StartupException">It did not within 60 s, or it refused for a reason that does not pass.</exception>
    public static async Task Wait(string connectionString, TextWriter log)
    {
        var began = Stopwatch.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = await OwnerConnection.Open(connectionString, CancellationToken.None);
                return;
            }
            catch (NpgsqlException fault) when (fault.IsTransient && Stopwatch.GetElapsedTime(began) < Patience)
            {
                if (attempt == 1)
                {
                    await log.WriteLineAsync($"Waiting for the database: {Reason.Of(fault)}");
                }

                await Task.Delay(Pause);
            }
            catch (NpgsqlException fault)
            {
                throw new StartupException($"The database cannot be reached: {Reason.Of(fault)}", fault);
            }
        }
    }
}
