using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Shop.Shared.Hosting.OpenApi;

namespace Shop.Shared.Hosting;

/// <summary>What a host says once it listens: to a developer, where to look and something to try; to programs, where it listens.</summary>
static class Welcome
{
    public static void Say(WebApplication app, ServiceName service, IReadOnlyList<IModule> modules, LogFormat format)
    {
        // In the order in which Kestrel was told to listen, which is that of the modules.
        var addresses = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses;
        var places = modules.Zip(addresses).ToArray();
        if (format == LogFormat.Text)
        {
            Print(service, places);
        }
        else
        {
            var where = string.Join(", ", places.Select(place => $"{place.First.Name} at {place.Second}"));
            NLog.LogManager.GetLogger("Shop.Host").Info("{service} is up: {where}", service.Value, where);
        }
    }

    static void Print(ServiceName service, (IModule Module, string Address)[] places)
    {
        List<string> lines =
        [
            $"{service.Value} is up. Ctrl-C stops it.",
            "",
            .. places.Select(place => $"  {place.Module.Name,-8} {place.Address}"),
            $"  {"docs",-8} {places[0].Address}{DocsPage.Path}",
            $"  {"health",-8} {places[0].Address}/health",
            $"  {"metrics",-8} {places[0].Address}/metrics",
            "",
            "Try:",
            "",
            .. places.Select(place => $"  {place.Module.ExampleRequest(place.Address)}"),
            "",
        ];
        Console.WriteLine(string.Join(Environment.NewLine, lines));
    }
}
