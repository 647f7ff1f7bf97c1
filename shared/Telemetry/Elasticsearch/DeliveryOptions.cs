namespace Shop.Shared.Telemetry.Elasticsearch;

/// <summary>How much may wait and leave together.</summary>
/// <param name="MaxQueueCount">So many lines may wait.</param>
/// <param name="MaxQueueBytes">And so many bytes of memory.</param>
/// <param name="MaxBatchCount">So many lines leave together.</param>
/// <param name="MaxBatchBytes">A batch that has so many bytes leaves.</param>
/// <param name="MaxBatchAge">A line waits no longer for others.</param>
/// <param name="LockedOut">How long nothing is sent after Elasticsearch has not let us in.</param>
sealed record DeliveryOptions(
    int MaxQueueCount, long MaxQueueBytes, int MaxBatchCount, int MaxBatchBytes, TimeSpan MaxBatchAge, TimeSpan LockedOut);
