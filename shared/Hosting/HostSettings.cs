using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Shop.Shared.Data;
using Shop.Shared.Telemetry;

namespace Shop.Shared.Hosting;

/// <summary>
/// Settings of a host, with their defaults, from an optional <c>appsettings.json</c>, the environment and the command line. They are checked before
/// anything starts.
/// </summary>
sealed record HostSettings(
    IPAddress BindAddress,
    IReadOnlyList<ModulePort> Ports,
    LogFormat LogFormat,
    bool IsMeasured,
    AccessLogOptions AccessLog,
    ElasticsearchSettings? Elasticsearch,
    BatchOptions Batches,
    PoolOptions Pools,
    int MaxConnections,
    IReadOnlyList<string> CorsOrigins,
    TimeSpan StopDelay,
    TimeSpan StopTimeout)
{
    static readonly BatchOptions DefaultBatches = new();
    static readonly PoolOptions DefaultPools = new();

    /// <exception cref="StartupException">A setting is wrong; the message names its key.</exception>
    public static HostSettings Read(IConfiguration configuration, IReadOnlyList<IModule> serves)
    {
        CheckLogLevels(configuration);
        return new(
            Address(configuration, "BIND_ADDRESS", IPAddress.Loopback),
            [.. serves.Select(module => Port(configuration, module))],
            Format(configuration, "LOG_FORMAT"),
            Switch(configuration, "TELEMETRY"),
            new AccessLogOptions(
                Number(configuration, "AccessLog:ReadsPerSecond", 100, min: 0, max: 1_000_000),
                TimeSpan.FromMilliseconds(Number(configuration, "AccessLog:SlowMilliseconds", 500, min: 0, max: 600_000))),
            ElasticsearchSettings.Read(configuration),
            new BatchOptions
            {
                MaxSize = Number(configuration, "Batches:MaxSize", DefaultBatches.MaxSize, min: 1, max: 10_000),
                MaxWaiting = Number(configuration, "Batches:MaxWaiting", DefaultBatches.MaxWaiting, min: 1, max: 1_000_000),
            },
            new PoolOptions
            {
                Orders = Number(configuration, "Pools:Orders", DefaultPools.Orders, min: 2, max: 1_000),
                Reads = Number(configuration, "Pools:Reads", DefaultPools.Reads, min: 1, max: 1_000),
                Writes = Number(configuration, "Pools:Writes", DefaultPools.Writes, min: 1, max: 1_000),
                Lists = Number(configuration, "Pools:Lists", DefaultPools.Lists, min: 1, max: 1_000),
                Scans = Number(configuration, "Pools:Scans", DefaultPools.Scans, min: 1, max: 1_000),
                Rescue = Number(configuration, "Pools:Rescue", DefaultPools.Rescue, min: 1, max: 1_000),
            },
            Number(configuration, "MAX_CONNECTIONS", ConnectionLimit.Default, min: 1, max: 1_000_000),
            Origins(configuration, "CORS_ORIGINS"),
            TimeSpan.FromSeconds(Number(configuration, "Stop:DelaySeconds", 1, min: 0, max: 300)),
            TimeSpan.FromSeconds(Number(configuration, "Stop:TimeoutSeconds", 10, min: 1, max: 300)));
    }

    // ASP.NET reads the section and throws at a level that it does not know.
    static void CheckLogLevels(IConfiguration configuration)
    {
        foreach (var (key, text) in configuration.GetSection("Logging").AsEnumerable())
        {
            if (key.Contains(":LogLevel:", StringComparison.OrdinalIgnoreCase) && !string.IsNullOrEmpty(text) && !Enum.TryParse<LogLevel>(text, ignoreCase: true, out _))
            {
                throw Wrong(key, text, $"one of {string.Join(", ", Enum.GetNames<LogLevel>())}");
            }
        }
    }

    static ModulePort Port(IConfiguration configuration, IModule module)
    {
        var key = $"{module.Name.ToUpperInvariant()}_PORT";
        return new(key, Number(configuration, key, module.DefaultPort, min: 0, max: IPEndPoint.MaxPort));
    }

    static int Number(IConfiguration configuration, string key, int unset, int min, int max)
    {
        var text = configuration[key];
        return string.IsNullOrEmpty(text) ? unset
            : int.TryParse(text, out var number) && number >= min && number <= max ? number
            : throw Wrong(key, text, $"a whole number from {min} to {max}");
    }

    static IPAddress Address(IConfiguration configuration, string key, IPAddress unset)
    {
        var text = configuration[key];
        return string.IsNullOrEmpty(text) ? unset
            : IPAddress.TryParse(text, out var address) ? address
            : throw Wrong(key, text, "an IP address, such as 127.0.0.1 or 0.0.0.0");
    }

    static LogFormat Format(IConfiguration configuration, string key) => configuration[key] switch
    {
        null or "" or "ecs" => LogFormat.Ecs,
        "text" => LogFormat.Text,
        var text => throw Wrong(key, text, "ecs or text"),
    };

    static bool Switch(IConfiguration configuration, string key) => configuration[key] switch
    {
        null or "" or "on" => true,
        "off" => false,
        var text => throw Wrong(key, text, "on or off"),
    };

    static string[] Origins(IConfiguration configuration, string key)
    {
        var text = configuration[key];
        var origins = string.IsNullOrEmpty(text) ? ["*"] : text.Split(',', StringSplitOptions.TrimEntries);
        return origins is ["*"] || origins.All(IsOrigin)
            ? origins
            : throw Wrong(key, text!, "* or origins with commas between, such as https://shop.example.com,http://localhost:8080");
    }

    // As a browser writes it: scheme, host and port, and nothing behind them.
    static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
        && uri.GetLeftPart(UriPartial.Authority) == text;

    // In the spelling of environment variables, where most settings come from.
    static StartupException Wrong(string key, string text, string wanted) =>
        new($"{key.Replace(":", "__", StringComparison.Ordinal)} is \"{text}\": it must be {wanted}.");
}

/// <summary>Whom the log lines are for.</summary>
enum LogFormat
{
    /// <summary>Programs: JSON in Elastic Common Schema.</summary>
    Ecs,

    /// <summary>A developer's terminal.</summary>
    Text,
}

/// <summary>Where a module listens, and the key that says so. Port 0 takes a free one.</summary>
sealed record ModulePort(string Key, int Port);
