using System.Diagnostics;
using NLog;
using NLog.Config;
using Shop.Shared.Telemetry.Elasticsearch;

namespace Shop.Shared.Telemetry;

/// <summary>What a configuration of NLog may use beside NLog's own.</summary>
public static class LogExtensions
{
    /// <summary>Makes known the target <c>ElasticSearch</c>, the layout <c>Ecs</c>, and the renderers that this needs.</summary>
    public static ISetupExtensionsBuilder RegisterShop(this ISetupExtensionsBuilder extensions) => extensions
        .RegisterLayout<EcsLayout>("Ecs")
        .RegisterLayoutRenderer<WithoutAddresses>("without-addresses")
        .RegisterLayoutRenderer("trace-id", _ => Activity.Current?.TraceId.ToHexString() ?? "")
        .RegisterLayoutRenderer("span-id", _ => Activity.Current?.SpanId.ToHexString() ?? "")
        .RegisterTarget<ElasticSearchTarget>("ElasticSearch");
}
