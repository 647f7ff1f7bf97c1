using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.LoadBalancing;

namespace Shop.Harness.Network;

/// <summary>
/// A reverse proxy (YARP) that sends requests to several hosts in turn, and to none that is not ready. Responses pass unchanged, errors too.
/// It does not repeat a request: the client gets a 502 if the host refuses or breaks the connection, and a 504 if the host does not respond.
/// </summary>
public sealed class RoundRobin : IAsyncDisposable
{
    const string Cluster = "hosts";

    static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(1);

    // Longer than a host needs for any request: it gives up a statement after 10 s.
    static readonly TimeSpan DefaultResponseTimeout = TimeSpan.FromSeconds(30);

    // One failed check is enough to leave a host aside, and one successful check to take it back. If all fail, all get requests, so that
    // clients see what the hosts respond.
    static readonly HealthCheckConfig HealthCheck = new()
    {
        AvailableDestinationsPolicy = HealthCheckConstants.AvailableDestinations.HealthyOrPanic,
        Active = new()
        {
            Enabled = true,
            Policy = HealthCheckConstants.ActivePolicy.ConsecutiveFailures,
            Path = "/health/ready",
            Interval = TimeSpan.FromMilliseconds(250),
            Timeout = TimeSpan.FromSeconds(1),
        },
    };

    readonly WebApplication app;

    RoundRobin(IEnumerable<Uri> hosts, TimeSpan responseTimeout)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddReverseProxy()
            .LoadFromMemory([Route], [ClusterOf(hosts, responseTimeout)])
            .ConfigureHttpClient((_, handler) => handler.ConnectTimeout = ConnectTimeout);
        app = builder.Build();
        app.MapReverseProxy();
    }

    /// <summary>Address of the proxy on loopback.</summary>
    public Uri Address => new(app.Urls.Single());

    static RouteConfig Route => new() { RouteId = Cluster, ClusterId = Cluster, Match = new() { Path = "{**all}" } };

    /// <summary>Starts a proxy in this process.</summary>
    /// <param name="hosts">Addresses of the hosts. Their paths have no effect.</param>
    /// <param name="responseTimeout">Time without a byte from the host after which the client gets a 504; 30 s if null.</param>
    public static async Task<RoundRobin> Start(IEnumerable<Uri> hosts, TimeSpan? responseTimeout = null)
    {
        var proxy = new RoundRobin(hosts, responseTimeout ?? DefaultResponseTimeout);
        await proxy.app.StartAsync();
        return proxy;
    }

    /// <summary>Stops the proxy.</summary>
    public ValueTask DisposeAsync() => app.DisposeAsync();

    static ClusterConfig ClusterOf(IEnumerable<Uri> hosts, TimeSpan responseTimeout) => new()
    {
        ClusterId = Cluster,
        LoadBalancingPolicy = LoadBalancingPolicies.RoundRobin,
        HealthCheck = HealthCheck,
        HttpRequest = new ForwarderRequestConfig { ActivityTimeout = responseTimeout },
        Metadata = new Dictionary<string, string> { [ConsecutiveFailuresHealthPolicyOptions.ThresholdMetadataName] = "1" },
        Destinations = hosts.Select(host => host.GetLeftPart(UriPartial.Authority)).ToDictionary(host => host, host => new DestinationConfig { Address = host }),
    };
}
