using NUnit.Framework;

namespace Shop.Tests.Hosting;

/// <summary>Paths and methods that are there, and those that are not.</summary>
public sealed class MethodTests(Layout layout) : ShopTests(layout)
{
    static readonly HttpMethod[] NeverKnown = [HttpMethod.Patch, HttpMethod.Trace, new("BREW"), new("X"), new("GETT"), new("get-it")];

    static readonly string[] UnknownPaths =
    [
        "/nothing", "/product", "/products.json", "/products/1/2", "/orders/1/items", "/users/1/orders", "/healthy", "/metrics/all", "/products/1/2/3", "//products",
        "/Products", "/PRODUCTS/1", "/products/", "/products/1/", "/products//", "/products//1", "/orders/1/Status", "/orders/1/status/", "/users/", "/health/", "/Health", "/metrics/", "/docs/", "/Docs",
    ];

    /// <summary>What every host serves beside its modules.</summary>
    static readonly string[] HostPaths = ["/health", "/health/live", "/health/ready", "/metrics", "/openapi/v1.json", "/docs", "/docs/scalar.js"];

    HttpClient[] Clients => [Shop.Products, Shop.Orders, Shop.Users];

    /// <summary>Each route, with a client that serves it and the methods that it is known to have.</summary>
    IEnumerable<(HttpClient Client, string Path, HttpMethod[] Methods)> Routes =>
        Operation.Every
            .GroupBy(operation => operation.Route)
            .Select(route => (route.First().Client(Shop), route.First().Path(), route.Select(operation => operation.Method).ToArray()))
            .Concat(Clients.SelectMany(client => HostPaths.Select(path => (client, path, new[] { HttpMethod.Get }))));

    [Test]
    public async Task C5_An_unknown_path_is_not_found_whatever_the_method()
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (var client in Clients)
            {
                foreach (var path in UnknownPaths)
                {
                    foreach (var method in NeverKnown.Append(HttpMethod.Get).Append(HttpMethod.Post).Append(HttpMethod.Put).Append(HttpMethod.Delete))
                    {
                        (await client.Raw($"{method} {path}", ["Content-Type: application/json"])).MustBe("not_found", $"{method} {path}");
                    }
                }
            }
        }
    }

    [Test]
    public async Task C5_A_method_that_a_path_does_not_know_is_not_allowed()
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (var (client, path, _) in Routes)
            {
                foreach (var method in NeverKnown)
                {
                    (await client.Send(method, path, "{}")).MustBe("method_not_allowed", $"{method} {path}");
                }
            }
        }
    }

    [Test]
    public async Task C5_A_method_in_another_case_is_a_made_up_one()
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (var (client, path, methods) in Routes)
            {
                foreach (var method in methods.Append(HttpMethod.Head).Select(method => method.Method.ToLowerInvariant()))
                {
                    (await client.Raw($"{method} {path}", ["Content-Type: application/json"])).MustBe("method_not_allowed", $"{method} {path}");
                }
            }
        }
    }

    [Test]
    public async Task C5_Allow_names_what_a_path_knows_and_nothing_else()
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (var (client, path, methods) in Routes)
            {
                var allowed = (await client.Send(new("BREW"), path)).ContentHeaders.Allow;

                Assert.That(allowed, Is.SupersetOf(methods.Select(method => method.Method)).And.Unique, path);
                Assert.That(allowed.Contains("HEAD"), Is.EqualTo(allowed.Contains("GET")), path);
                foreach (var method in allowed)
                {
                    Assert.That((int)(await client.Send(new(method), path)).Status, Is.Not.EqualTo(405), () => $"{method} {path}");
                }
            }
        }
    }

    [Test]
    public async Task C5_What_can_only_be_read_knows_no_method_that_writes()
    {
        foreach (var client in Clients)
        {
            foreach (var path in HostPaths)
            {
                foreach (var method in new[] { HttpMethod.Post, HttpMethod.Put, HttpMethod.Delete })
                {
                    (await client.Send(method, path, "{}")).MustBe("method_not_allowed", $"{method} {path}");
                }
            }
        }
    }

    [Test]
    public async Task C5_HEAD_answers_as_GET_without_a_body()
    {
        await Furnish();
        var paths = Routes.Select(route => (route.Client, route.Path))
            .Concat(Operation.Reading.Select(operation => (operation.Client(Shop), operation.Path("4711"))))
            .Append((Shop.Products, "/nothing"));
        using (Assert.EnterMultipleScope())
        {
            foreach (var (client, path) in paths)
            {
                var get = await client.Get(path);
                var head = await client.Raw($"HEAD {path}", []);

                Assert.That(head.Text, Is.Empty, path);
                Assert.That(head.Status, Is.EqualTo(get.Status), path);
                Assert.That(HeaderNames(head), Is.EqualTo(HeaderNames(get)), path);
                Assert.That(head.ContentHeaders.ContentType, Is.EqualTo(get.ContentHeaders.ContentType), path);
                Assert.That(head.ContentHeaders.Allow, Is.EqualTo(get.ContentHeaders.Allow), path);
            }
        }
    }

    /// <summary>Names of the headers, but of those that are about the bytes of the body or the connection.</summary>
    static List<string> HeaderNames(Answer answer) =>
    [
        .. answer.Headers.Concat(answer.ContentHeaders)
            .Select(header => header.Key)
            .Except(["Transfer-Encoding", "Content-Length", "Connection"])
            .Order(StringComparer.Ordinal),
    ];
}
