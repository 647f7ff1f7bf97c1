using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Shop.Run;

/// <summary>The shop in one process, and beside it a Prometheus and an Alertmanager on loopback.</summary>
static class ObservedShop
{
    // The programs are on this machine: a proxy of the environment does not reach them.
    static readonly HttpClient Client = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(5) };

    /// <summary>Starts the programs and prints their addresses when all are ready.</summary>
    /// <exception cref="StartupException">A setting is wrong.</exception>
    public static async Task Start(Supervisor supervisor)
    {
        var shopPort = Port("PRODUCT_PORT", 5000);
        var prometheus = Port("PROMETHEUS_PORT", 9090);
        var alertmanager = Port("ALERTMANAGER_PORT", 9093);
        var shop = $"{(Address() is { AddressFamily: AddressFamily.InterNetworkV6 } address ? $"[{address}]" : Address())}:{shopPort}";
        MustBeFree("PROMETHEUS_PORT", prometheus);
        MustBeFree("ALERTMANAGER_PORT", alertmanager);
        var files = await WriteConfiguration(shop, prometheus, alertmanager);

        supervisor.Start("The shop", BuiltProgram.Command("Shop.All.Host"));
        if (!await supervisor.WaitUntil(() => Serves($"http://{shop}/health/live")))
        {
            return;
        }

        supervisor.Start("Alertmanager", Quiet(Tool.Alertmanager, [.. files.AlertmanagerArguments, $"--web.listen-address=127.0.0.1:{alertmanager}"]));
        supervisor.Start(
            "Prometheus",
            Quiet(Tool.Prometheus, [.. files.PrometheusArguments($"localhost:{prometheus}"), $"--web.listen-address=127.0.0.1:{prometheus}"]));
        if (await supervisor.WaitUntil(() => Serves($"http://127.0.0.1:{prometheus}/-/ready")))
        {
            // Debian's package has the pages of the first interface only.
            var pages = await Serves($"http://127.0.0.1:{prometheus}/targets") ? "" : "/classic";
            Console.WriteLine(
                $"""
                  prometheus   http://localhost:{prometheus}
                  targets      http://localhost:{prometheus}{pages}/targets
                  alerts       http://localhost:{prometheus}{pages}/alerts
                  runbooks     http://localhost:{prometheus}/consoles/runbooks/README.md
                  alertmanager http://localhost:{alertmanager}

                """);
        }
    }

    static async Task<MonitoringFiles> WriteConfiguration(string shop, int prometheus, int alertmanager)
    {
        var files = new MonitoringFiles(Path.GetFullPath(Variable("DATA_FOLDER") ?? ".data"));
        try
        {
            await files.WriteAlertmanager();
            files.WritePrometheus(
                new Dictionary<string, string>
                {
                    [Layout.AllInOne.Orders.Service] = shop,
                    ["prometheus"] = $"127.0.0.1:{prometheus}",
                    ["alertmanager"] = $"127.0.0.1:{alertmanager}",
                },
                exporters: []);
            return files;
        }
        catch (Exception fault) when (fault is InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            throw new StartupException(fault.Message, fault);
        }
    }

    static Command Quiet(Tool tool, IReadOnlyList<string> arguments) =>
        (tool with { InheritsEnvironment = true }).Command([.. arguments, "--log.level=warn"]);

    static IPAddress Address() => Variable("BIND_ADDRESS") is { } text && IPAddress.TryParse(text, out var address)
        && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any)
            ? address
            : IPAddress.Loopback;

    // Prometheus has to know the ports beforehand.
    static int Port(string key, int unset) => Variable(key) switch
    {
        null => unset,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= ushort.MaxValue => port,
        var text => throw new StartupException($"{key} is \"{text}\": Observe needs a port from 1 to 65535."),
    };

    static void MustBeFree(string key, int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
        }
        catch (SocketException)
        {
            throw new StartupException($"Port {port} is in use. Set {key} to another.");
        }
    }

    static string? Variable(string key) => Environment.GetEnvironmentVariable(key) is { Length: > 0 } value ? value : null;

    static async Task<bool> Serves(string address)
    {
        try
        {
            using var response = await Client.GetAsync(new Uri(address));
            return response.IsSuccessStatusCode;
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}
