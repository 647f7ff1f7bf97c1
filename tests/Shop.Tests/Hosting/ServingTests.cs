using NUnit.Framework;

namespace Shop.Tests.Hosting;

/// <summary>Which host answers what.</summary>
public sealed class ServingTests(Layout layout) : ShopTests(layout)
{
    (string Kind, HttpClient Client, HostKind Host)[] Ports =>
    [
        ("product", Shop.Products, Layout.Products), ("order", Shop.Orders, Layout.Orders), ("user", Shop.Users, Layout.Users),
    ];

    [TestCaseSource(typeof(Operation), nameof(Operation.Every))]
    public async Task H8_Each_port_answers_what_its_host_serves_and_nothing_else(Operation operation)
    {
        var server = Ports.Single(port => operation.Kind.StartsWith(port.Kind, StringComparison.Ordinal)).Host;
        foreach (var (_, client, host) in Ports)
        {
            await Database.Empty();
            await Furnish();

            var answer = await client.Send(operation.Method, operation.Path(), operation.Members.Length > 0 ? operation.Body() : null);

            if (host == server)
            {
                answer.MustBeDone(operation);
            }
            else
            {
                answer.MustBe("not_found");
            }
        }
    }
}
