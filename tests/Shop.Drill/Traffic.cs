
namespace Shop.Drill;

/// <summary>Customers who ask for the same again and again, whatever the answer, until they are disposed of.</summary>
sealed class Traffic : IAsyncDisposable
{
    readonly CancellationTokenSource going = new();
    readonly Task asking;

    /// <param name="client">Whom they ask.</param>
    /// <param name="operation">What for.</param>
    /// <param name="pause">How long they wait between an answer and the next question.</param>
    /// <param name="atOnce">How many ask at the same moment.</param>
    public Traffic(HttpClient client, Operation operation, TimeSpan pause, int atOnce = 1) => asking = Ask(client, operation, pause, atOnce);

    public async ValueTask DisposeAsync()
    {
        await going.CancelAsync();
        await asking;
        going.Dispose();
    }

    async Task Ask(HttpClient client, Operation operation, TimeSpan pause, int atOnce)
    {
        while (!going.IsCancellationRequested)
        {
            await Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => Ask(client, operation)));
            await Task.Delay(pause, going.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    static async Task Ask(HttpClient client, Operation operation)
    {
        try
        {
            await client.Send(operation.Method, operation.Path(), operation.Members.Length > 0 ? operation.Body() : null);
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException)
        {
            // Nobody answers, or not in time. That is for the alerts to tell.
        }
    }
}
