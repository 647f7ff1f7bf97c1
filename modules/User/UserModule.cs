using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Shop.Shared.Contracts;
using Shop.Shared.Hosting;
using Shop.Shared.Telemetry;

namespace Shop.User;

/// <summary>Who may buy. Owns the schema <c>users</c> and keeps the promise <see cref="IUsers"/>.</summary>
public sealed class UserModule : IModule
{
    /// <inheritdoc/>
    public string Name => "user";

    /// <inheritdoc/>
    public int DefaultPort => 5002;

    /// <inheritdoc/>
    public string Schema => "users";

    /// <inheritdoc/>
    public int SchemaVersion => 2;

    /// <inheritdoc/>
    public IJsonTypeInfoResolver Json => UserJson.Default;

    /// <inheritdoc/>
    public string ExampleRequest(string address) => $"curl {address}/users/1";

    /// <inheritdoc/>
    public void AddServices(IServiceCollection services) => services
        .AddSingleton<IUsers, Users>()
        .AddSingleton<CreateUser>()
        .AddSingleton<GetUser>()
        .AddSingleton<ListUsers>()
        .AddSingleton<UpdateUser>()
        .AddSingleton<DeleteUser>()
        .AddSingleton<UserLevels>();

    /// <inheritdoc/>
    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        routes = routes.MapGroup("").WithMetadata(new PersonalData());
        CreateUser.Map(routes);
        GetUser.Map(routes);
        ListUsers.Map(routes);
        UpdateUser.Map(routes);
        DeleteUser.Map(routes);
    }

    /// <inheritdoc/>
    public void RegisterMetrics(IServiceProvider services)
    {
        // A batch publishes its metrics when it is created.
        services.GetRequiredService<GetUser>();
        Levels.Watch(services.GetRequiredService<UserLevels>().Read);
    }
}
