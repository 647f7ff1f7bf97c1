using System.Net;
using System.Net.Sockets;
using NUnit.Framework;

namespace Shop.Tests.Hosting;

/// <summary>The host's program with <c>--probe</c>: the health check of its container.</summary>
public sealed class ProbeTests(Layout layout) : ShopTests(layout)
{
    // Nobody is there; the probe asks its own machine without it.
    const string NoProxy = "http://127.0.0.1:9";

    [Test]
    public async Task H1_Says_that_a_healthy_host_is_healthy_and_ends_with_0([Values("127.0.0.1", "0.0.0.0")] string bound)
    {
        foreach (var (host, client) in new[] { (Layout.Products, Shop.Products), (Layout.Orders, Shop.Orders), (Layout.Users, Shop.Users) })
        {
            await using var probe = await Probe(host, [.. Ports(client.BaseAddress!.Port), ("BIND_ADDRESS", bound), ("HTTP_PROXY", NoProxy)]);

            Assert.That(probe.ExitCode, Is.Zero, string.Join('\n', probe.Output));
            Assert.That(probe.Lines.Single(), Does.StartWith("200 {").And.Contains($"\"{host.Service}\""));
        }
    }

    [Test]
    public async Task H1_Says_that_a_host_without_its_database_is_unhealthy_and_ends_with_1()
    {
        await using var proxy = new PostgresProxy(Database.OwnerConnectionString);
        await using var shop = await Sandbox.StartShopBehind(proxy, Layout);
        await proxy.TakeDown();
        await Wait.Until(async () => (int)(await shop.Orders.Get("/health")).Status == 503, "the host to notice");

        await using var probe = await Probe(Layout.Orders, Ports(shop.Orders.BaseAddress!.Port));

        Assert.That(probe.ExitCode, Is.EqualTo(1));
        Assert.That(probe.Lines.Single(), Does.StartWith("503 {").And.Contains("\"unhealthy\""));
    }

    [Test]
    public async Task Where_nobody_listens_it_says_so_in_one_line_and_ends_with_1()
    {
        var port = Loopback.FreePort();

        await using var probe = await Probe(Layout.Orders, Ports(port));

        Assert.That(probe.ExitCode, Is.EqualTo(1));
        Assert.That(probe.Lines.Single(), Does.StartWith($"http://127.0.0.1:{port}/health does not answer: "));
    }

    [Test]
    public async Task Where_somebody_listens_who_does_not_answer_it_gives_up()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();

        await using var probe = await Probe(Layout.Orders, Ports(((IPEndPoint)silent.LocalEndpoint).Port));

        Assert.That(probe.ExitCode, Is.EqualTo(1));
        Assert.That(probe.Lines.Single(), Does.Contain("does not answer within 3 s"));
    }

    [Test]
    public async Task A_wrong_setting_is_one_line_that_names_it()
    {
        await using var probe = await Probe(Layout.Orders, ("ORDER_PORT", "abc"));

        Assert.That(probe.ExitCode, Is.EqualTo(1));
        Assert.That(probe.Lines.Single(), Does.StartWith("ORDER_PORT is \"abc\""));
    }

    static async Task<ChildProcess> Probe(HostKind host, params (string Key, string Value)[] settings)
    {
        var probe = new ChildProcess(new Command(HostProcess.Program(host.Name), "--probe").With(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value))));
        await probe.WaitForExit();
        return probe;
    }

    // The all-in-one host is asked at the first of them.
    static (string Key, string Value)[] Ports(int port) => [("PRODUCT_PORT", $"{port}"), ("ORDER_PORT", $"{port}"), ("USER_PORT", $"{port}")];
}
