namespace Shop.Run;

/// <summary>The three hosts and their database, a process each.</summary>
static class SplitHosts
{
    /// <summary>Starts the database and, when it is ready, the hosts.</summary>
    /// <param name="supervisor">Runs the programs.</param>
    /// <param name="settings">Command line of each host.</param>
    public static async Task Start(Supervisor supervisor, IReadOnlyList<string> settings)
    {
        var database = supervisor.Start("The database", BuiltProgram.Command("Shop.Database", "serve"), ChildOutput.CapturedWithoutErrors);
        if (!await supervisor.WaitUntil(() => Task.FromResult(database.Output.Contains("ready"))))
        {
            return;
        }

        foreach (var host in new[] { Layout.Split.Products, Layout.Split.Orders, Layout.Split.Users })
        {
            var connectionString = database.Output.Single(line => line.StartsWith($"{host.Role}=", StringComparison.Ordinal))[(host.Role.Length + 1)..];
            supervisor.Start(
                $"The {host.Name} host",
                BuiltProgram.Command($"Shop.{host.Name}.Host", settings).With(KeyValuePair.Create("ConnectionStrings__Shop", connectionString)));
        }
    }
}
