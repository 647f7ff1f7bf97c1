using System.Net.Sockets;
using System.Text;
using NUnit.Framework;

namespace Shop.Tests.Hosting;

/// <summary>A host that is told to stop.</summary>
public sealed class StoppingTests(Layout layout) : ShopTests(layout)
{
    [TestCase(Signal.Terminate)]
    [TestCase(Signal.Interrupt)]
    public async Task H3_Is_unready_first_then_finishes_what_is_in_flight_and_ends_with_0(Signal signal)
    {
        // The delay is long, so that the test sees the host unready; a second signal cuts it short.
        await using var shop = await Sandbox.StartShop(
            Layout, orderHosts: 1, Patient, ("Stop__DelaySeconds", "20"), ("Stop__TimeoutSeconds", "60"));
        var user = await User();
        var product = await Product(stock: 5);
        var host = shop.OrderHosts[0];
        Task<Answer> order;
        await using (await HeldRow.Product(Database, product))
        {
            order = shop.Orders.Order(user, product);
            await Wait.Until(async () => await Database.Waiting(Layout.Orders.Role) == 1, "the order to be in a batch on its way");
            host.SendOrIgnore(signal);
            await Wait.Until(async () => (int)(await shop.Orders.Get("/health/ready")).Status == 503, "the host to be unready");
            Assert.That((int)(await shop.Orders.Get("/health")).Status, Is.EqualTo(503));
            Assert.That((int)(await shop.Orders.Get("/health/live")).Status, Is.EqualTo(200), "it still takes requests");
        }

        Assert.That((int)(await order).Status, Is.EqualTo(201), (await order).ToString());
        host.SendOrIgnore(signal);
        await host.WaitForExit();
        Assert.That(host.ExitCode, Is.Zero);
        Assert.That(host.Output, Has.Some.Contains("POST /orders 201"), "the log is flushed");
        Assert.That(await StockOf(product), Is.EqualTo(4));
    }

    [Test]
    public async Task A_request_in_flight_is_answered_before_the_host_ends()
    {
        await using var shop = await Sandbox.StartShop(Layout, orderHosts: 1, Patient, ("Stop__TimeoutSeconds", "60"));
        var user = await User();
        var product = await Product(stock: 5);
        Task<Answer> order;
        await using (await HeldRow.Product(Database, product))
        {
            order = shop.Orders.Order(user, product);
            await Wait.Until(async () => await Database.Waiting(Layout.Orders.Role) == 1, "the order to be in a batch on its way");
            shop.OrderHosts[0].SendOrIgnore(Signal.Terminate);
            await Wait.Until(shop.Orders.BaseAddress!.RefusesConnections, "the host to take no new connections");
        }

        Assert.That((int)(await order).Status, Is.EqualTo(201), (await order).ToString());
        await shop.OrderHosts[0].WaitForExit();
        Assert.That(shop.OrderHosts[0].ExitCode, Is.Zero);
    }

    [Test]
    public async Task A_request_whose_body_is_still_on_its_way_is_waited_for()
    {
        await using var shop = await Sandbox.StartShop(Layout, orderHosts: 1, settings: ("Stop__TimeoutSeconds", "60"));
        var body = $$"""{"user_id": {{await User()}}, "product_id": {{await Product(stock: 5)}}, "quantity": 1}""";
        var address = shop.Orders.BaseAddress!;
        using var client = new TcpClient(address.Host, address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /orders HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body[..20]}"));
        await Wait.Until(async () => await shop.Metric("http_requests_in_progress") >= 2, "the request to be in flight, beside this one");

        shop.OrderHosts[0].SendOrIgnore(Signal.Terminate);
        await Wait.Until(address.RefusesConnections, "the host to take no new connections");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(body[20..]));

        using var reader = new StreamReader(stream);
        Assert.That(await reader.ReadLineAsync(), Is.EqualTo("HTTP/1.1 201 Created"));
        await shop.OrderHosts[0].WaitForExit();
        Assert.That(shop.OrderHosts[0].ExitCode, Is.Zero);
    }

    [Test]
    public async Task A_second_signal_does_not_wait_for_a_client_that_never_finishes()
    {
        await using var shop = await Sandbox.StartShop(Layout, orderHosts: 1, settings: ("Stop__TimeoutSeconds", "300"));
        var address = shop.Orders.BaseAddress!;
        using var client = new TcpClient(address.Host, address.Port);
        await client.GetStream().WriteAsync(
            "POST /orders HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"u8.ToArray());
        await Wait.Until(async () => await shop.Metric("http_requests_in_progress") >= 2, "the request to be in flight, beside this one");

        shop.OrderHosts[0].SendOrIgnore(Signal.Interrupt);
        await Wait.Until(address.RefusesConnections, "the host to take no new connections");
        shop.OrderHosts[0].SendOrIgnore(Signal.Interrupt);

        await shop.OrderHosts[0].WaitForExit();
        Assert.That(shop.OrderHosts[0].ExitCode, Is.Zero);
    }
}
