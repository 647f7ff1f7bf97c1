namespace Shop.Shared.Hosting;

/// <summary>What a host prints once it listens: where to look, and something to try.</summary>
static class Welcome
{
    /// <param name="service">What the host is called.</param>
    /// <param name="modules">The modules served, each at the address of the same place in <paramref name="addresses"/>.</param>
    /// <param name="addresses">Where they listen: scheme, host and port.</param>
    public static void Print(ServiceName service, IReadOnlyList<IModule> modules, IReadOnlyList<string> addresses)
    {
        var lines = new List<string> { $"{service.Value} is up. Ctrl-C stops it.", "" };
        lines.AddRange(modules.Zip(addresses, (module, address) => $"  {module.Name,-8} {address}"));
        lines.Add($"  {"health",-8} {addresses[0]}/health");
        lines.Add($"  {"metrics",-8} {addresses[0]}/metrics");
        lines.AddRange(["", "Try:", ""]);
        lines.AddRange(modules.Zip(addresses, (module, address) => $"  {module.ExampleRequest(address)}"));
        lines.Add("");
        Console.WriteLine(string.Join(Environment.NewLine, lines));
    }
}
