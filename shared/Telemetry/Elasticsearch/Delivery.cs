using System.Diagnostics;
using System.Threading.Channels;

namespace Shop.Shared.Telemetry.Elasticsearch;

/// <summary>The queue of documents and the one task that makes batches of it and sends them, from its start until it is finished.</summary>
sealed class Delivery : IDisposable
{
    // What waits is looked at so often while a batch is gathered: to be woken by every line would cost more than the line.
    const int LooksInBatchAge = 10;

    readonly Channel<Document> lines = Channel.CreateUnbounded<Document>(new() { SingleReader = true });
    readonly CancellationTokenSource closing = new(), deadline = new();
    readonly DeliveryOptions options;
    readonly Ledger ledger;
    readonly Notices notices;
    readonly Books books;
    readonly BulkClient client;
    readonly Shipper shipper;
    readonly Task shipping;
    // Of the lines that had no place to wait.
    long toldOf;

    /// <param name="connection">Where to.</param>
    /// <param name="options">How much.</param>
    /// <param name="ledger">Where each line is accounted for.</param>
    /// <param name="notices">What the operator is told.</param>
    public Delivery(Connection connection, DeliveryOptions options, Ledger ledger, Notices notices)
    {
        (this.options, this.ledger, this.notices) = (options, ledger, notices);
        books = new(ledger, notices);
        client = new(connection, books);
        shipper = new(client, books, ledger, notices, options.LockedOut);
        shipping = Task.Run(ShipAll);
    }

    /// <summary>Takes a line, or counts it as dropped. Waits for nothing.</summary>
    public void Take(Document line)
    {
        if (ledger.Admit(line.Size, options.MaxQueueCount, options.MaxQueueBytes) && !lines.Writer.TryWrite(line))
        {
            ledger.Drop(line.Size, DropReason.Shutdown);
        }
    }

    /// <summary>Takes no more lines, sends those that wait, and counts what has not arrived in that time as dropped.</summary>
    /// <param name="patience">How long it may take.</param>
    /// <returns>False where that was done before.</returns>
    public async Task<bool> Finish(TimeSpan patience)
    {
        if (!lines.Writer.TryComplete())
        {
            return false;
        }

        deadline.CancelAfter(patience);
        await closing.CancelAsync();
        await shipping;
        while (lines.Reader.TryRead(out var line))
        {
            ledger.Drop(line.Size, DropReason.Shutdown);
        }

        return true;
    }

    public void Dispose()
    {
        client.Dispose();
        closing.Dispose();
        deadline.Dispose();
    }

    async Task ShipAll()
    {
        while (!deadline.IsCancellationRequested && await lines.Reader.WaitToReadAsync())
        {
            var batch = await Gather();
            try
            {
                await shipper.Ship(batch, hurry: closing.Token, deadline.Token);
            }
            catch (OperationCanceledException) when (deadline.IsCancellationRequested)
            {
                Abandon(batch, document => books.Drop(document, DropReason.Shutdown));
            }
            // Whatever it is: the lines behind these must go on.
            catch (Exception fault)
            {
                Abandon(batch, document => books.Drop(document, DropReason.Failed, fault.ToString()));
            }

            SayWhatWasTooMuch();
        }
    }

    async Task<List<Document>> Gather()
    {
        var batch = new List<Document>();
        var (began, bytes) = (Stopwatch.GetTimestamp(), 0L);
        while (true)
        {
            while (batch.Count < options.MaxBatchCount && bytes < options.MaxBatchBytes && lines.Reader.TryRead(out var line))
            {
                batch.Add(line);
                bytes += line.Bytes.Length;
            }

            if (batch.Count >= options.MaxBatchCount || bytes >= options.MaxBatchBytes
                || closing.IsCancellationRequested || Stopwatch.GetElapsedTime(began) >= options.MaxBatchAge)
            {
                return batch;
            }

            await Task.Delay(options.MaxBatchAge / LooksInBatchAge, closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    void SayWhatWasTooMuch()
    {
        var state = ledger.Read();
        var dropped = state.Dropped[(int)DropReason.QueueFull];
        if (dropped > toldOf && notices.Warn(
            Ledger.Reasons[(int)DropReason.QueueFull], $"Log lines come faster than they get to Elasticsearch, and {dropped - toldOf} had no place to wait. So far: {state}"))
        {
            toldOf = dropped;
        }
    }

    static void Abandon(List<Document> batch, Action<Document> drop) => batch.FindAll(document => !document.IsSettled).ForEach(drop);
}
