using Shop.Drill;
using Shop.Shared.Hosting;
using Shop.Tests;

using var stop = new StopSignal();
var database = new TestDatabase();
try
{
    await database.Start();
    try
    {
        return await FireDrill.Run(stop.Asked) ? 0 : 1;
    }
    finally
    {
        await database.Stop();
    }
}
catch (OperationCanceledException) when (stop.Asked.IsCancellationRequested)
{
    return 130; // as a shell says that Ctrl-C ended it
}
