using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Prometheus;
using Shop.Shared.Data;
using Shop.Shared.Telemetry;

namespace Shop.Shared.Hosting;

/// <summary>Runs modules as one process: configuration, database, HTTP, telemetry, and a clean stop.</summary>
public static class ShopHost
{
    /// <summary>Runs until SIGINT or SIGTERM. What keeps it from starting is one line on standard error and exit code 1.</summary>
    /// <param name="args">The command line: <c>--KEY=value</c> overrides any setting.</param>
    /// <param name="serves">Modules whose endpoints this host maps, each on a port of its own; every port answers all of them.</param>
    /// <param name="needs">Modules carried for the promises that they keep to those served.</param>
    /// <param name="ownDatabase">Starts a database where no connection string is set; without it, the setting is required.</param>
    public static async Task Run(
        string[] args,
        IReadOnlyList<IModule> serves,
        IReadOnlyList<IModule> needs,
        Func<CancellationToken, Task<IHostedDatabase>>? ownDatabase = null)
    {
        using var stop = new StopSignal();
        try
        {
            var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
            {
                Args = args,
                ContentRootPath = AppContext.BaseDirectory,
            });
            await using var database = await Connect(builder, ServiceName.Of(serves), ownDatabase, stop.Token);
            await using var app = Build(builder, serves, needs);
            await Start(app, serves, stop.Token);
            await app.WaitForShutdownAsync(stop.Token);
        }
        catch (StartupException reason)
        {
            await Console.Error.WriteLineAsync(reason.Message);
            Environment.ExitCode = 1;
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            // Told to stop before it had started.
        }
        finally
        {
            NLog.LogManager.Shutdown();
        }
    }

    static async Task<IHostedDatabase?> Connect(
        WebApplicationBuilder builder,
        ServiceName service,
        Func<CancellationToken, Task<IHostedDatabase>>? ownDatabase,
        CancellationToken stopping)
    {
        var own = default(IHostedDatabase);
        var configured = builder.Configuration.GetConnectionString("Shop");
        if (string.IsNullOrEmpty(configured))
        {
            own = ownDatabase is null
                ? throw new StartupException("ConnectionStrings__Shop is not set: this host needs the connection string of its database.")
                : await ownDatabase(stopping);
        }

        builder.Services.AddSingleton(service);
        builder.Services.AddSingleton(_ => ShopDatabase.Open(own?.ConnectionString ?? configured!, service.Value));
        return own;
    }

    static WebApplication Build(WebApplicationBuilder builder, IReadOnlyList<IModule> serves, IReadOnlyList<IModule> needs)
    {
        IModule[] carried = [.. serves, .. needs];
        // They would add some 200 series that nobody asked for.
        Metrics.SuppressDefaultMetrics(new SuppressDefaultMetricOptions { SuppressEventCounters = true, SuppressMeters = true });
        builder.Logging.AddShopLogging();
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, builder.Configuration, serves));
        builder.Services.Configure<JsonOptions>(json => Json.Configure(json.SerializerOptions, carried));
        builder.Services.AddOptions<BatchOptions>().BindConfiguration("Batches").ValidateDataAnnotations();
        builder.Services.AddSingleton(services => services.GetRequiredService<IOptions<BatchOptions>>().Value);
        builder.Services.AddSingleton<Health>();
        foreach (var module in carried)
        {
            module.AddServices(builder.Services);
        }

        var app = builder.Build();
        AccessLog.Use(app, app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(AccessLog)));
        HeadRequests.Use(app);
        Faults.Use(app, app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(Faults)));
        app.UseRouting();
        Health.Map(app);
        app.MapMetrics();
        foreach (var module in serves)
        {
            module.MapEndpoints(app);
        }

        return app;
    }

    static void Listen(KestrelServerOptions kestrel, ConfigurationManager configuration, IReadOnlyList<IModule> serves)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = RequestBody.MaxBytes;
        var address = IPAddress.Parse(configuration["BIND_ADDRESS"] ?? "127.0.0.1");
        foreach (var module in serves)
        {
            kestrel.Listen(address, configuration.GetValue($"{module.Name.ToUpperInvariant()}_PORT", module.DefaultPort));
        }
    }

    static async Task Start(WebApplication app, IReadOnlyList<IModule> serves, CancellationToken stopping)
    {
        try
        {
            await app.StartAsync(stopping);
        }
        catch (IOException fault) when (fault.InnerException is AddressInUseException)
        {
            throw new StartupException($"{fault.Message.TrimEnd('.')}. Free that port, or choose another by PRODUCT_PORT, ORDER_PORT or USER_PORT.", fault);
        }

        var addresses = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses;
        Welcome.Print(app.Services.GetRequiredService<ServiceName>(), serves, [.. addresses]);
    }
}
