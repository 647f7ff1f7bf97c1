using Npgsql;
using Shop.Shared.Hosting;

namespace Shop.Database;

/// <summary>The command <c>migrate</c>, which runs once before the hosts. It is told everything by its environment.</summary>
static class MigrateCommand
{
    const string ConnectionKey = "ConnectionStrings__Shop";
    const string SampleDataKey = "SAMPLE_DATA";

    public static async Task Run()
    {
        var connectionString = ReadConnectionString();
        var passwords = RolePasswords.FromEnvironment();
        var sampleData = ReadSampleData();
        await ServerReadiness.Wait(connectionString, Console.Out);
        await Migrator.Migrate(connectionString, passwords, sampleData);
        Console.WriteLine("The database is migrated.");
    }

    static string ReadConnectionString()
    {
        var value = Secret.Read(Environment.GetEnvironmentVariable, ConnectionKey)
            ?? throw new StartupException($"{ConnectionKey} is missing or empty: set it to the connection string of the database's owner.");
        try
        {
            return new NpgsqlConnectionStringBuilder(value).ConnectionString;
        }
        catch (ArgumentException fault)
        {
            throw new StartupException($"{ConnectionKey} is not a connection string: {fault.Message}", fault);
        }
    }

    static bool ReadSampleData() => Environment.GetEnvironmentVariable(SampleDataKey) switch
    {
        null or "" => false,
        var value when bool.TryParse(value, out var wanted) => wanted,
        var value => throw new StartupException($"{SampleDataKey} is \"{value}\": set it to true or false."),
    };
}
