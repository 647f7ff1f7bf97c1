using System.Net;
using Microsoft.Extensions.Configuration;

namespace Shop.Shared.Hosting;

/// <summary>
/// The health check of a container that has neither a shell nor curl: the host's own program, started a second time, asks the one that runs for
/// <c>/health</c>, on this machine.
/// </summary>
static class Probe
{
    public const string Argument = "--probe";

    // A host answers within a second whether its database does.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Asks once, and prints the answer, or why there is none.</summary>
    /// <param name="args">Settings, as the host that runs was given them.</param>
    /// <param name="serves">The modules that the host serves.</param>
    /// <returns>The exit code: 0 where the host is healthy, otherwise 1.</returns>
    public static async Task<int> Run(string[] args, IReadOnlyList<IModule> serves)
    {
        try
        {
            var settings = HostSettings.Read(Configuration(args), serves);
            var address = new Uri($"http://{new IPEndPoint(ReachableFrom(settings.BindAddress), settings.Ports[0].Port)}/health");
            var (healthy, said) = await Ask(address);
            await (healthy ? Console.Out : Console.Error).WriteLineAsync(said);
            return healthy ? 0 : 1;
        }
        catch (Exception fault) when (fault is StartupException or InvalidDataException)
        {
            await Console.Error.WriteLineAsync(fault.Message);
            return 1;
        }
    }

    // What a host has, without the rest of what makes a host, so that this is quick.
    static IConfigurationRoot Configuration(string[] args) => new ConfigurationBuilder()
        .SetBasePath(AppContext.BaseDirectory)
        .AddJsonFile("appsettings.json", optional: true)
        .AddEnvironmentVariables()
        .AddCommandLine(args)
        .Build();

    static IPAddress ReachableFrom(IPAddress bound) =>
        bound.Equals(IPAddress.Any) ? IPAddress.Loopback : bound.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : bound;

    static async Task<(bool Healthy, string Said)> Ask(Uri address)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };
        try
        {
            using var answer = await client.GetAsync(address);
            return (answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }
        catch (HttpRequestException fault)
        {
            return (false, $"{address} does not answer: {fault.GetBaseException().Message}");
        }
        catch (OperationCanceledException)
        {
            return (false, $"{address} does not answer within {Patience.TotalSeconds:0} s");
        }
    }
}
