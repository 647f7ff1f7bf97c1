namespace Shop.Shared.Telemetry.Elasticsearch;

/// <summary>Why a log line did not get to Elasticsearch.</summary>
enum DropReason
{
    /// <summary>As many lines wait as may, by their number or by their bytes.</summary>
    QueueFull,

    /// <summary>Elasticsearch refused it, and would do so again.</summary>
    Rejected,

    /// <summary>Elasticsearch takes no document of that size, or it is larger than all that may wait.</summary>
    TooLarge,

    /// <summary>The process had to end before it was known to have arrived.</summary>
    Shutdown,

    /// <summary>It could not be sent, by a fault of ours.</summary>
    Failed,
}
