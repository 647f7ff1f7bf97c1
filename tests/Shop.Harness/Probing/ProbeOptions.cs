namespace Shop.Harness.Probing;

/// <summary>How a <see cref="Probe"/> differs from the default.</summary>
public sealed record ProbeOptions
{
    /// <summary>Requests per second.</summary>
    public double Rate { get; init; } = 20;

    /// <summary>Time after which a request without a complete response has failed.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);
}
