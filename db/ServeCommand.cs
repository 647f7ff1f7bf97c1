using Shop.Shared.Hosting;

namespace Shop.Database;

/// <summary>
/// The command <c>serve</c>, for hosts that run as processes of their own: starts and migrates a database, prints a line
/// <c>role=connection string</c> for each role and then <c>ready</c>, and holds it until it is told to stop. A server that was killed is started again.
/// </summary>
static class ServeCommand
{
    public static async Task Run()
    {
        using var stop = new StopSignal();
        try
        {
            await using var database = await OwnDatabase.Start(stop.Asked);
            foreach (var role in Roles.All)
            {
                Console.WriteLine($"{role}={database.ConnectionStringOf(role)}");
            }

            Console.WriteLine("ready");
            await database.KeepRunning(stop.Asked);
        }
        catch (OperationCanceledException) when (stop.Asked.IsCancellationRequested)
        {
            // That is how it ends.
        }
    }
}
