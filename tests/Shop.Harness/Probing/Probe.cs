using System.Diagnostics;
using Shop.Harness.Processes;
using Shop.Harness.Shops;

namespace Shop.Harness.Probing;

/// <summary>
/// An ordinary client of a shop. It starts requests at a constant rate, whether or not earlier ones have completed (open loop), and counts the
/// latency from the time at which a request was to start. A quarter of the requests place orders with an <c>Idempotency-Key</c>; the others read
/// a product, a user, an order and lists. The probe does not retry. (<see cref="HttpClient"/> sends a read again if the server has closed the
/// pooled connection before it responds.)
/// </summary>
public sealed class Probe : IAsyncDisposable
{
    readonly ProbeCustomer customer;

    // Timestamps of Stopwatch, and their difference.
    readonly long began = Stopwatch.GetTimestamp();
    readonly double period;

    readonly CancellationTokenSource stopping = new();
    readonly Task sending;
    readonly Lock gate = new();
    readonly ProbeTally total;
    ProbeTally interval;

    // Later times do not count as without a success.
    long? ended;

    Probe(ProbeCustomer customer, ProbeOptions options)
    {
        this.customer = customer;
        period = Stopwatch.Frequency / options.Rate;
        (total, interval) = (new(began), new(began));
        sending = SendAll();
    }

    /// <summary>Id of the user who places the orders.</summary>
    public long User => customer.User;

    /// <summary>Id of the product in the orders. Each order has one unit, and nobody else needs the product.</summary>
    public long Product => customer.Product;

    long Now => ended ?? Stopwatch.GetTimestamp();

    /// <summary>Creates a user and a product and starts to send requests.</summary>
    /// <exception cref="InvalidOperationException">The shop refuses.</exception>
    /// <exception cref="HttpRequestException">A service does not respond.</exception>
    public static async Task<Probe> Start(ShopAddresses addresses, ProbeOptions? options = null)
    {
        options ??= new();
        var customer = new ProbeCustomer(addresses, options.Timeout);
        try
        {
            await customer.Register();
            return new(customer, options);
        }
        catch
        {
            customer.Dispose();
            throw;
        }
    }

    /// <summary>Returns the report since the start.</summary>
    public ProbeReport Snapshot()
    {
        lock (gate)
        {
            return total.Report(Now);
        }
    }

    /// <summary>Returns the report since the previous call, or since the start, and begins a new interval.</summary>
    public ProbeReport Mark()
    {
        lock (gate)
        {
            var now = Now;
            var report = interval.Report(now);
            interval = new(now);
            return report;
        }
    }

    /// <summary>Sends no more requests, waits for the outstanding ones and returns the report since the start.</summary>
    public async Task<ProbeReport> Stop()
    {
        lock (gate)
        {
            ended ??= Stopwatch.GetTimestamp();
        }

        await stopping.CancelAsync();
        await sending;
        return Snapshot();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Stop();
        customer.Dispose();
    }

    async Task SendAll()
    {
        var outstanding = new List<Task>();
        for (var number = 0L; ; number++)
        {
            await Wait.UntilTime(StartOf(number), stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stopping.IsCancellationRequested)
            {
                break;
            }

            outstanding.RemoveAll(request => request.IsCompleted);
            outstanding.Add(Send(number));
        }

        await Task.WhenAll(outstanding);
    }

    async Task Send(long number)
    {
        // Not on this thread, which is to start the next request in time.
        var outcome = await Task.Run(() => customer.Send(number));
        var duration = Stopwatch.GetElapsedTime(StartOf(number));
        lock (gate)
        {
            total.Add(outcome, duration, Now);
            interval.Add(outcome, duration, Now);
        }
    }

    /// <summary>Time at which a request is to start.</summary>
    long StartOf(long number) => began + (long)(number * period);
}
