using Shop.Tests.Running;

namespace Shop.Tests.Ops;

/// <summary>Requests of every kind to a furnished shop, a round every 200 ms, until it is disposed of: such that succeed, are refused, and come too many at once.</summary>
sealed class Traffic : IAsyncDisposable
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    readonly CancellationTokenSource enough = new();
    readonly Task running;

    public Traffic(RunningShop shop) => running = Run(shop);

    public async ValueTask DisposeAsync()
    {
        await enough.CancelAsync();
        await running;
        enough.Dispose();
    }

    async Task Run(RunningShop shop)
    {
        while (!enough.IsCancellationRequested)
        {
            foreach (var operation in Operation.Every)
            {
                await operation.Ask(shop);
            }

            await shop.Orders.Order(user: 1, product: 1, quantity: 1_000_000);
            await shop.Orders.Order(user: 1, product: 404);
            await shop.Orders.Get("/nowhere");
            await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => shop.Orders.Order(user: 1, product: 1)));
            await Task.WhenAny(Task.Delay(Pause, enough.Token));
        }
    }
}
