using Microsoft.Playwright;
using NUnit.Framework;
using Shop.Tests.Running.OpenApi;

namespace Shop.Tests.Hosting;

/// <summary><c>GET /docs</c> and <c>GET /</c>, in a browser.</summary>
public sealed class DocsPageTests(Layout layout) : ShopTests(layout)
{
    HttpClient[] Clients => [Shop.Products, Shop.Orders, Shop.Users];

    [Test]
    public async Task H7_The_root_leads_to_the_page()
    {
        foreach (var client in Clients)
        {
            var answer = await client.Raw("GET /", []);

            Assert.That((int)answer.Status, Is.EqualTo(302));
            Assert.That(answer.Headers.Location?.OriginalString, Is.EqualTo("/docs"));
        }
    }

    [Test]
    public async Task H6_An_operation_can_be_tried_on_the_page()
    {
        await Product(stock: 5, name: "Thing on the page");
        await using var chromium = await Chromium.Start();
        await using var visit = await chromium.Visit(new Uri(Shop.Products.BaseAddress!, "/docs"));

        await visit.Page.GetByText("Get a product", new() { Exact = true }).First.ClickAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Test Request (get /products/{id})" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Send" }).First.ClickAsync();
        await Assertions.Expect(visit.Page.GetByText("Thing on the page").First).ToBeVisibleAsync();

        Assert.That(visit.Requests.Select(request => new Uri(request).Authority), Is.All.EqualTo(Shop.Products.BaseAddress!.Authority));
        Assert.That(visit.Complaints, Is.Empty);
    }

    [Test]
    public async Task H6_The_page_shows_every_operation_with_no_file_from_another_host_and_nothing_to_complain_of()
    {
        await using var chromium = await Chromium.Start();
        foreach (var client in Clients)
        {
            var document = InterfaceDocument.Of(client)!;
            await using var visit = await chromium.Visit(new Uri(client.BaseAddress!, "/docs"));

            foreach (var operation in document.Operations)
            {
                await Assertions.Expect(visit.Page.GetByText(operation.Summary, new() { Exact = true }).First).ToBeAttachedAsync();
            }

            Assert.That(visit.Requests.Select(request => new Uri(request).Authority), Is.All.EqualTo(client.BaseAddress!.Authority));
            Assert.That(visit.Complaints, Is.Empty);
        }
    }
}
