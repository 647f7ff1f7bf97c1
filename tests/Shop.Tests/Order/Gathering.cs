
namespace Shop.Tests.Order;

/// <summary>
/// Makes orders leave as one batch, in the order in which they are added: an order of a product that someone holds goes ahead, those added
/// wait behind it, and go together once the product is let go.
/// </summary>
sealed class Gathering : IAsyncDisposable
{
    const string WaitingCalls = "shop_batch_waiting_calls{batch=\"place_order\"}";

    readonly RunningShop shop;
    readonly HeldRow held;
    readonly Task<Answer> ahead;
    int added;

    Gathering(RunningShop shop, HeldRow held, Task<Answer> ahead) => (this.shop, this.held, this.ahead) = (shop, held, ahead);

    /// <param name="database">The server of the shop.</param>
    /// <param name="shop">One order host, alone on the database.</param>
    /// <param name="role">What it connects as.</param>
    /// <param name="user">Who orders ahead.</param>
    /// <param name="product">What is ordered ahead, one unit of it.</param>
    public static async Task<Gathering> Begin(PostgresServer database, RunningShop shop, string role, int user, int product)
    {
        var held = await HeldRow.Product(database, product);
        var ahead = shop.Orders.Order(user, product);
        await Wait.Until(async () => await database.Waiting(role) == 1, "the order ahead to wait for the product");
        return new(shop, held, ahead);
    }

    /// <summary>Sends an order and returns when it waits.</summary>
    public async Task<Pending> Add(int user, int product, int quantity = 1, string? key = null)
    {
        var answer = shop.Orders.Order(user, product, quantity, key);
        added++;
        await Wait.Until(async () => await shop.Metric(WaitingCalls) == added, $"{added} orders to wait");
        return new(answer);
    }

    /// <summary>Lets the batch go.</summary>
    /// <returns>The answer to the order ahead.</returns>
    public async Task<Answer> Go()
    {
        await held.DisposeAsync();
        return await ahead;
    }

    public async ValueTask DisposeAsync()
    {
        await held.DisposeAsync();
        await ahead;
    }

    /// <summary>An order on its way; not a task, so that awaiting its addition does not await its answer.</summary>
    public sealed record Pending(Task<Answer> Answer);
}
