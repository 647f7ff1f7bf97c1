
namespace Shop.Tests.Ops;

/// <summary>Ask a furnished shop for everything it has, again and again until they are disposed of.</summary>
sealed class Customers : IAsyncDisposable
{
    readonly CancellationTokenSource going = new();
    readonly Task shopping;

    public Customers(RunningShop shop) => shopping = Shop(shop);

    public async ValueTask DisposeAsync()
    {
        await going.CancelAsync();
        await shopping;
        going.Dispose();
    }

    // One at a time, and with a breath in between: they are there to be seen, not to be many.
    async Task Shop(RunningShop shop)
    {
        while (!going.IsCancellationRequested)
        {
            foreach (var operation in Operation.Every)
            {
                await operation.Ask(shop);
            }

            await Task.Delay(10);
        }
    }
}
