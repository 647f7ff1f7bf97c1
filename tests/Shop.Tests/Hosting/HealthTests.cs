using NUnit.Framework;

namespace Shop.Tests.Hosting;

/// <summary><c>GET /health</c> of hosts that are well. Those whose database is away are <see cref="DatabaseAwayTests"/>' matter.</summary>
public sealed class HealthTests(Layout layout) : ShopTests(layout)
{
    static readonly string[] Members = ["status", "service", "timestamp"];

    [Test]
    public async Task H2_H3_Every_host_lives_and_is_ready()
    {
        foreach (var client in new[] { Shop.Products, Shop.Orders, Shop.Users })
        {
            Assert.That((int)(await client.Get("/health/live")).Status, Is.EqualTo(200));
            Assert.That((int)(await client.Get("/health/ready")).Status, Is.EqualTo(200));
        }
    }

    [Test]
    public async Task H1_Every_host_says_that_it_is_healthy_and_what_it_is_called()
    {
        (HttpClient Client, HostKind Host)[] hosts = [(Shop.Products, Layout.Products), (Shop.Orders, Layout.Orders), (Shop.Users, Layout.Users)];
        foreach (var (client, host) in hosts)
        {
            var answer = await client.Get("/health");

            Assert.That((int)answer.Status, Is.EqualTo(200), answer.ToString());
            Assert.That(answer.Json.EnumerateObject().Select(member => member.Name), Is.EqualTo(Members));
            Assert.That(answer.Json.GetProperty("status").GetString(), Is.EqualTo("healthy"));
            Assert.That(answer.Json.GetProperty("service").GetString(), Is.EqualTo(host.Service));
        }
    }
}
