using Shop.Database;
using Shop.Shared.Hosting;

try
{
    switch (args)
    {
        case ["migrate"]:
            await MigrateCommand.Run();
            return 0;
        case ["serve"]:
            await ServeCommand.Run();
            return 0;
        default:
            Console.Error.WriteLine(
                """
                usage: Shop.Database migrate   migrates the database of ConnectionStrings__Shop, once
                       Shop.Database serve     runs a PostgreSQL of its own, migrated, until it is told to stop
                """);
            return 2;
    }
}
catch (StartupException reason)
{
    Console.Error.WriteLine(reason.Message);
    return 1;
}
