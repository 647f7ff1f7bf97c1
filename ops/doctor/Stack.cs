using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Shop.Doctor;

/// <summary>What <c>docker-compose.yml</c>, together with <c>.env</c>, asks of the machine.</summary>
/// <param name="Project">What Compose calls it.</param>
/// <param name="Ports">Where it listens on this machine.</param>
/// <param name="Folders">Folders and files of the current directory that containers are given.</param>
/// <param name="Memory">Bytes that all containers together may use.</param>
/// <param name="Processors">Processors that the greediest container may use; Docker refuses more than there are.</param>
sealed record Stack(string Project, IReadOnlyList<PublishedPort> Ports, IReadOnlyList<string> Folders, long Memory, double Processors)
{
    /// <summary>Reads what <c>docker compose config --format json</c> prints.</summary>
    public static Stack Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        var services = document.RootElement.GetProperty("services").EnumerateObject().ToArray();
        var limits = services.Select(service => service.Value.GetProperty("deploy").GetProperty("resources").GetProperty("limits")).ToArray();
        return new(
            document.RootElement.GetProperty("name").GetString()!,
            [.. services.SelectMany(PortsOf)],
            [.. services.SelectMany(FoldersOf).Distinct()],
            limits.Sum(limit => long.Parse(limit.GetProperty("memory").GetString()!, CultureInfo.InvariantCulture)),
            limits.Max(limit => double.Parse(limit.GetProperty("cpus").ToString(), CultureInfo.InvariantCulture)));
    }

    static IEnumerable<PublishedPort> PortsOf(JsonProperty service) =>
        service.Value.TryGetProperty("ports", out var ports)
            ? ports.EnumerateArray().Select(port => new PublishedPort(
                service.Name,
                port.TryGetProperty("host_ip", out var address) ? IPAddress.Parse(address.GetString()!) : IPAddress.Any,
                int.Parse(port.GetProperty("published").GetString()!, CultureInfo.InvariantCulture)))
            : [];

    static IEnumerable<string> FoldersOf(JsonProperty service) =>
        service.Value.TryGetProperty("volumes", out var volumes)
            ? volumes.EnumerateArray()
                .Where(volume => volume.GetProperty("type").GetString() == "bind")
                .Select(volume => volume.GetProperty("source").GetString()!)
                .Where(source => source.StartsWith(Environment.CurrentDirectory, StringComparison.Ordinal))
            : [];
}

/// <summary>A port of this machine that a service is to have.</summary>
sealed record PublishedPort(string Service, IPAddress Address, int Port);
