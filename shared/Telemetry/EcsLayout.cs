using NLog.Layouts;

namespace Shop.Shared.Telemetry;

/// <summary>
/// A log line as a JSON document of Elastic Common Schema (https://www.elastic.co/docs/reference/ecs), the same on the console and in Elasticsearch.
/// What the schema has no field for stands under <c>shop</c>: an organisation's own fields belong under a name of its own.
/// </summary>
[Layout("Ecs")]
public sealed class EcsLayout : JsonLayout
{
    internal const string Message = "${without-addresses:inner=${message}}";

    /// <summary>Makes the layout with all its fields; those that have nothing to say are left out of a line.</summary>
    public EcsLayout()
        : this(Message)
    {
    }

    /// <summary>The same with another message.</summary>
    internal EcsLayout(Layout message)
    {
        Text("@timestamp", @"${date:universalTime=true:format=yyyy-MM-ddTHH\:mm\:ss.fffZ}");
        Text("log.level", "${level:lowercase=true}");
        Text("message", message);
        Text("ecs.version", "8.17.0");
        Text("log.logger", "${logger}");
        Text("host.name", "${hostname}");
        Text("service.name", "${var:service}");
        Text("service.version", "${assembly-version:type=Informational}");
        Text("trace.id", "${trace-id}");
        Text("span.id", "${span-id}");
        Text("http.request.method", "${event-properties:method}");
        Number("http.response.status_code", "${event-properties:status}");
        Text("url.path", "${event-properties:path}");
        Number("event.duration", "${event-properties:duration}");
        Text("shop.route", "${event-properties:route}");
        Number("shop.order_id", "${event-properties:order_id}");
        Number("shop.product_id", "${event-properties:product_id}");
        Number("shop.user_id", "${event-properties:user_id}");
        Text("error.type", "${exception:format=type}");
        Text("error.message", "${without-addresses:inner=${exception:format=message}}");
        Text("error.stack_trace", "${without-addresses:inner=${exception:format=tostring}}");
    }

    void Text(string name, Layout layout) => Attributes.Add(new(name, layout));

    // What is none (a library's line may have a property of the same name) is left out: it would not fit the field.
    void Number(string name, string layout) => Attributes.Add(new(name, layout) { ValueType = typeof(long?) });
}
