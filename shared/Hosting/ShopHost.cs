using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Shop.Shared.Data;
using Shop.Shared.Hosting.OpenApi;
using Shop.Shared.Telemetry;

namespace Shop.Shared.Hosting;

/// <summary>Runs modules as one process: settings, database, HTTP, telemetry, and an orderly stop.</summary>
public static class ShopHost
{
    const string ConnectionKey = "ConnectionStrings__Shop";

    /// <summary>Runs until it is told to stop. What keeps it from starting is one line on standard error and exit code 1.</summary>
    /// <param name="args">
    /// The command line: <c>--KEY=value</c> overrides any setting. With <c>--probe</c> before all others no host is run, but the one that runs is
    /// asked how it is; see <see cref="Probe"/>.
    /// </param>
    /// <param name="serves">Modules whose endpoints this host maps, each on a port of its own; every port answers all of them.</param>
    /// <param name="needs">Modules carried for the promises that they keep to those served.</param>
    /// <param name="ownDatabase">Starts a database where no connection string is set; without it, the setting is required.</param>
    public static async Task Run(
        string[] args,
        IReadOnlyList<IModule> serves,
        IReadOnlyList<IModule> needs,
        Func<CancellationToken, Task<IHostedDatabase>>? ownDatabase = null)
    {
        if (args is [Probe.Argument, .. var settingsOfProbe])
        {
            Environment.ExitCode = await Probe.Run(settingsOfProbe, serves);
            return;
        }

        using var stop = new StopSignal();
        try
        {
            var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
            {
                Args = args,
                ContentRootPath = AppContext.BaseDirectory,
            });
            var service = ServiceName.Of(serves);
            var settings = HostSettings.Read(builder.Configuration, serves);
            LibrarySettings.Apply(exemplars: settings.IsMeasured);
            builder.Logging.AddShopLogging(service, settings);
            await using var database = await Connect(builder, service, settings.Pools, ownDatabase, stop.Asked);
            await using var app = Build(builder, settings, stop, serves, needs);
            // Whoever asks for its health at once is told what it is.
            await app.Services.GetRequiredService<Readiness>().Check();
            await Start(app, settings);
            Welcome.Say(app, service, serves, settings.LogFormat);
            await RunUntilStopped(app, database, settings, stop);
        }
        catch (StartupException reason)
        {
            await Console.Error.WriteLineAsync(reason.Message);
            Environment.ExitCode = 1;
        }
        catch (InvalidDataException fault)
        {
            await Console.Error.WriteLineAsync($"The settings cannot be read: {fault.Message} {fault.GetBaseException().Message}");
            Environment.ExitCode = 1;
        }
        catch (OperationCanceledException) when (stop.Asked.IsCancellationRequested)
        {
            // Told to stop before it had started.
        }
        finally
        {
            await Logging.Close();
        }
    }

    static async Task<IHostedDatabase?> Connect(
        WebApplicationBuilder builder,
        ServiceName service,
        PoolOptions pools,
        Func<CancellationToken, Task<IHostedDatabase>>? ownDatabase,
        CancellationToken stopping)
    {
        var own = default(IHostedDatabase);
        var configured = ConnectionString();
        var isInFile = string.IsNullOrEmpty(builder.Configuration[ConnectionKey.Replace("__", ":", StringComparison.Ordinal)]) && configured is not null;
        if (configured is null)
        {
            own = ownDatabase is null
                ? throw new StartupException($"{ConnectionKey} is not set: this host needs the connection string of its database.")
                : await ownDatabase(stopping);
        }

        var database = Open(own?.ConnectionString ?? configured!, service, pools, isInFile ? () => new NpgsqlConnectionStringBuilder(ConnectionString()).Password : null);
        // By a factory, so that the host disposes of it.
        builder.Services.AddSingleton(_ => database);
        return own;

        string? ConnectionString() => Secret.Read(key => builder.Configuration[key.Replace("__", ":", StringComparison.Ordinal)], ConnectionKey);
    }

    /// <param name="connectionString">The server, the database and the role.</param>
    /// <param name="service">Name of the sessions.</param>
    /// <param name="pools">Sizes of the pools.</param>
    /// <param name="currentPassword">Reads the password anew for each connection, where it stands in a file that may be changed.</param>
    static ShopDatabase Open(string connectionString, ServiceName service, PoolOptions pools, Func<string?>? currentPassword)
    {
        try
        {
            return ShopDatabase.Open(connectionString, service.Value, pools, currentPassword);
        }
        catch (ArgumentException fault)
        {
            throw new StartupException($"{ConnectionKey} is not a connection string: {fault.Message}", fault);
        }
    }

    static WebApplication Build(
        WebApplicationBuilder builder, HostSettings settings, StopSignal stop, IReadOnlyList<IModule> serves, IReadOnlyList<IModule> needs)
    {
        var carried = new CarriedModules([.. serves, .. needs]);
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, settings));
        builder.Services
            .Configure<JsonOptions>(json => Json.Configure(json.SerializerOptions, carried.All))
            .AddCors(cors => Cors.Configure(cors, settings.CorsOrigins))
            .Configure<HostOptions>(host => host.ShutdownTimeout = settings.StopTimeout)
            .AddSingleton<IHostLifetime>(stop)
            .AddSingleton(stop)
            .AddSingleton<DistributedContextPropagator, TracePropagator>()
            .AddSingleton(ServiceName.Of(serves))
            .AddSingleton(settings.Batches)
            .AddSingleton(settings.Pools)
            .AddSingleton(carried)
            .AddSingleton<Health>()
            .AddSingleton<Readiness>();
        InterfaceDocument.AddTo(builder.Services);
        foreach (var module in carried.All)
        {
            module.AddServices(builder.Services);
        }

        var app = builder.Build();
        RegisterMetrics(app, settings, serves);
        new ResponseHeaders(stop, varyByOrigin: !settings.CorsOrigins.Contains(Cors.AnyOrigin)).Use(app);
        if (settings.IsMeasured)
        {
            AccessLog.Use(app, settings.AccessLog);
            RequestMetrics.Use(app);
        }

        RequestMethods.Use(app);
        Faults.Use(app, app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(Faults)));
        app.UseCors();
        ExactPaths.Use(app);
        app.UseRouting();
        foreach (var module in serves)
        {
            module.MapEndpoints(app.MapGroup("").WithMetadata(new ServedBy(module.Name)));
        }

        Health.Map(app);
        MetricsPage.Map(app);
        InterfaceDocument.Map(app);
        DocsPage.Map(app);
        if (settings.IsMeasured)
        {
            RequestMetrics.Begin(app);
        }

        return app;
    }

    /// <summary>Publishes all metrics but those of requests, so that each counter has the value 0 before its first increment.</summary>
    static void RegisterMetrics(WebApplication app, HostSettings settings, IReadOnlyList<IModule> serves)
    {
        if (settings.IsMeasured)
        {
            HostMetrics.Start(ServiceName.Of(serves));
        }

        CertainCommit.RegisterMetrics();
        foreach (var module in serves)
        {
            module.RegisterMetrics(app.Services);
        }
    }

    static void Listen(KestrelServerOptions kestrel, HostSettings settings)
    {
        kestrel.AddServerHeader = false;
        // Bytes beyond ASCII may stand in a header (RFC 9110, section 5.5). What is no UTF-8 would be refused before anybody can say what is
        // wrong with it.
        kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
        // RequestBody counts what it reads. Kestrel would count the frames of chunks too, and would hang up on a client that is still
        // sending, which then never sees its 413; without a limit it reads on after the answer, for five seconds at most.
        kestrel.Limits.MaxRequestBodySize = null;
        LimitTime(kestrel.Limits);
        var connections = new ConnectionLimit(settings.MaxConnections);
        foreach (var port in settings.Ports)
        {
            kestrel.Listen(settings.BindAddress, port.Port, listen =>
            {
                // Without TLS nobody but a program that was told to would speak HTTP/2; its preface is refused as a request line that is none.
                listen.Protocols = HttpProtocols.Http1;
                connections.Use(listen);
            });
        }
    }

    /// <summary>Sets how long a slow client may take, so that one that holds a connection without using it does not hold it for long.</summary>
    static void LimitTime(KestrelServerLimits limits)
    {
        // Between requests. Load balancers keep connections for a minute, and must be the first to close one.
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(120);
        // From the first byte of a request to the end of its headers, which are of 32 KiB at most.
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        limits.MaxRequestHeadersTotalSize = 32 * 1024;
        // Bytes a second: the largest body (RequestBody.MaxBytes) takes 30 s at most, and the largest page, of some 300 KiB, is read in 25 s.
        limits.MinRequestBodyDataRate = new(bytesPerSecond: RequestBody.MaxBytes / 30.0, gracePeriod: TimeSpan.FromSeconds(5));
        limits.MinResponseDataRate = new(bytesPerSecond: 16 * 1024, gracePeriod: TimeSpan.FromSeconds(5));
    }

    static async Task Start(WebApplication app, HostSettings settings)
    {
        try
        {
            await app.StartAsync();
        }
        catch (Exception fault) when (fault.GetBaseException() is SocketException reason)
        {
            // Kestrel's message names the address: "Failed to bind to address http://127.0.0.1:5000: address already in use."
            var port = settings.Ports.FirstOrDefault(port => fault.Message.Contains($":{port.Port}:", StringComparison.Ordinal));
            throw new StartupException(
                $"Cannot listen on {settings.BindAddress}, port {port?.Port}: {reason.Message}. "
                + $"Free the port, or set {port?.Key ?? "BIND_ADDRESS"} to another. (On macOS, AirPlay holds 5000.)",
                fault);
        }
    }

    /// <summary>Watches the database until it is asked to stop, and stops: first unready, then no new connections, then all that is in flight.</summary>
    /// <exception cref="StartupException">The host's own database has ended for good; the host was stopped.</exception>
    static async Task RunUntilStopped(WebApplication app, IHostedDatabase? own, HostSettings settings, StopSignal stop)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop.Asked);
        var database = own?.KeepRunning(over.Token) ?? Task.Delay(Timeout.Infinite, over.Token);
        await Task.WhenAny(app.Services.GetRequiredService<Readiness>().Watch(over.Token), database);
        if (stop.Asked.IsCancellationRequested)
        {
            await Task.Delay(settings.StopDelay, stop.Pressed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await app.StopAsync(stop.Pressed);
        await over.CancelAsync();
        try
        {
            await database;
        }
        catch (OperationCanceledException)
        {
            // It runs.
        }
    }
}
