using Shop.Database;
using Shop.Shared.Hosting;

if (args is not ["migrate"])
{
    Console.Error.WriteLine("usage: Shop.Database migrate");
    return 2;
}

try
{
    await MigrateCommand.Run();
    return 0;
}
catch (StartupException reason)
{
    Console.Error.WriteLine(reason.Message);
    return 1;
}
