using NUnit.Framework;

namespace Shop.Tests.Hosting;

/// <summary>A fault of ours: what the client sees of it, and what it leaves behind.</summary>
public sealed class InternalErrorTests(Layout layout) : ShopTests(layout)
{
    const string Secret = "swordfish";

    [TestCaseSource(typeof(Operation), nameof(Operation.Creating))]
    public async Task C11_C13_A_fault_of_ours_shows_its_trace_and_nothing_else(Operation operation)
    {
        await Furnish();
        await using var sabotage = await Sabotage.Inserts(Database, $"{operation.Kind}s.{operation.Kind}s", Secret);

        var traceId = Guid.NewGuid().ToString("N");
        var answer = await operation.Client(Shop).Post(operation.Path(), operation.Body(), ("traceparent", $"00-{traceId}-00f067aa0ba902b7-01"));

        answer.MustBe("internal_error");
        Assert.That(answer.TraceId, Is.EqualTo(traceId));
        Assert.That(answer.ToString(), Does.Not.Contain(Secret));
        await Wait.Until(
            () => Task.FromResult(Shop.Hosts.SelectMany(host => host.Output).Any(line => line.Contains(Secret, StringComparison.Ordinal))),
            "the fault in the log");
    }

    [Test]
    public async Task O7_An_order_that_cannot_be_written_takes_no_stock()
    {
        var (user, product) = (await User(), await Product(stock: 5));
        await using (await Sabotage.Inserts(Database, "orders.orders", Secret))
        {
            (await Shop.Orders.Order(user, product, quantity: 3, key: "key")).MustBe("internal_error");
        }

        Assert.That(await StockOf(product), Is.EqualTo(5));
        Assert.That((int)(await Shop.Orders.Order(user, product, quantity: 5, key: "key")).Status, Is.EqualTo(201));
    }
}
