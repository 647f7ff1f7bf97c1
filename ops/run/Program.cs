using Shop.Run;

using var stop = new StopSignal();
var supervisor = new Supervisor(stop, Console.Error);
try
{
    switch (args)
    {
        case ["Run", .. var settings]:
            supervisor.Start("The shop", BuiltProgram.Command("Shop.All.Host", settings));
            break;
        case ["RunSplit", .. var settings]:
            await SplitHosts.Start(supervisor, settings);
            break;
        case ["Observe"]:
            await ObservedShop.Start(supervisor);
            break;
        case ["Observe", ..]:
            throw new StartupException("Observe reads its settings from the environment only.");
        default:
            Console.Error.WriteLine("usage: Shop.Run Run|RunSplit [--KEY=value]... | Observe");
            return 2;
    }

    return await supervisor.Run();
}
catch (StartupException reason)
{
    Console.Error.WriteLine(reason.Message);
    await supervisor.Stop();
    return 1;
}
