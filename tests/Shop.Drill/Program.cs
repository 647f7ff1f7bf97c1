using Shop.Drill;
using Shop.Shared.Hosting;

using var stop = new StopSignal();
try
{
    await using var server = await PostgresServer.Start();
    return await FireDrill.Run(server, stop) ? 0 : 1;
}
catch (OperationCanceledException) when (stop.Asked.IsCancellationRequested)
{
    // The exit code of a shell for a program that Ctrl-C has ended.
    return 130;
}
