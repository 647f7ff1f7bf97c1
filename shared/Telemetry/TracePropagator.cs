using System.Diagnostics;

namespace Shop.Shared.Telemetry;

/// <summary>
/// Reads <c>traceparent</c> as W3C Trace Context wants it (section 3.2.4): what a later version adds at the end is ignored. .NET's own reading
/// takes a longer header for no trace at all.
/// </summary>
sealed class TracePropagator : DistributedContextPropagator
{
    // Version, trace id, parent id and flags, with hyphens between.
    const int Length = 55;

    static readonly DistributedContextPropagator Inner = CreateW3CPropagator();

    public override IReadOnlyCollection<string> Fields => Inner.Fields;

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter) =>
        Inner.Inject(activity, carrier, setter);

    public override void ExtractTraceIdAndState(
        object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState) =>
        Inner.ExtractTraceIdAndState(carrier, getter is null ? null : Shorten(getter), out traceId, out traceState);

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) =>
        Inner.ExtractBaggage(carrier, getter);

    static PropagatorGetterCallback Shorten(PropagatorGetterCallback getter) =>
        (object? carrier, string name, out string? value, out IEnumerable<string>? values) =>
        {
            getter(carrier, name, out value, out values);
            if (name == "traceparent" && value is { Length: > Length } && !value.StartsWith("00", StringComparison.Ordinal) && value[Length] == '-')
            {
                value = value[..Length];
            }
        };
}
