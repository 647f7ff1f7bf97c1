using Prometheus;

namespace Shop.Shared.Telemetry;

/// <summary>
/// What the process and .NET's runtime tell of themselves, beside what prometheus-net adds by itself (CPU, threads, collections). Its adapters
/// of event counters and meters would add some 200 series; these are the ones that an operator looks at.
/// </summary>
static class RuntimeMetrics
{
    static readonly Gauge ResidentMemory = Metrics.CreateGauge(
        "process_resident_memory_bytes", "Memory that the process holds in RAM.");

    static readonly Counter Pauses = Metrics.CreateCounter(
        "dotnet_gc_pause_seconds_total", "Time for which garbage collections have stopped all threads.");

    static readonly Counter Allocated = Metrics.CreateCounter(
        "dotnet_gc_allocated_bytes_total", "Memory allocated on the managed heap since the start.");

    static readonly Gauge HeapLimit = Metrics.CreateGauge(
        "dotnet_gc_available_memory_bytes", "Memory that the garbage collector believes it may use, by the container's limit or the machine's RAM.");

    static readonly Gauge PoolThreads = Metrics.CreateGauge(
        "dotnet_threadpool_threads", "Threads of the pool.");

    static readonly Gauge PoolQueue = Metrics.CreateGauge(
        "dotnet_threadpool_queue_length", "Work that waits for a thread of the pool.");

    static readonly Counter PoolItems = Metrics.CreateCounter(
        "dotnet_threadpool_items_total", "Work done by the threads of the pool.");

    static readonly Counter Contentions = Metrics.CreateCounter(
        "dotnet_lock_contentions_total", "Times that a thread had to wait for a lock.");

    static readonly Counter Exceptions = Metrics.CreateCounter(
        "dotnet_exceptions_total", "Exceptions thrown, handled or not.");

    public static void Start()
    {
        // Without exemplars: a thrown exception may be that of a trace, but what is asked of this counter is only how fast it grows.
        AppDomain.CurrentDomain.FirstChanceException += (_, _) => Exceptions.Inc(Exemplar.None);
        Metrics.DefaultRegistry.AddBeforeCollectCallback(Collect);
    }

    static void Collect()
    {
        ResidentMemory.Set(Environment.WorkingSet);
        Pauses.IncTo(GC.GetTotalPauseDuration().TotalSeconds);
        Allocated.IncTo(GC.GetTotalAllocatedBytes());
        HeapLimit.Set(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        PoolThreads.Set(ThreadPool.ThreadCount);
        PoolQueue.Set(ThreadPool.PendingWorkItemCount);
        PoolItems.IncTo(ThreadPool.CompletedWorkItemCount);
        Contentions.IncTo(Monitor.LockContentionCount);
    }
}
