using NUnit.Framework;

namespace Shop.Tests.Hosting;

/// <summary>Versions of rows that have reached the largest number of their column.</summary>
public sealed class VersionLimitTests(Layout layout) : ShopTests(layout)
{
    static IEnumerable<Operation> Changing => Operation.ById.Where(operation => operation.Method == HttpMethod.Put);

    [TestCaseSource(nameof(Changing))]
    public async Task V1_After_the_largest_version_a_change_starts_again_with_1(Operation operation)
    {
        await Furnish();
        var table = operation.Route.Split('/')[1];
        await Database.Run($"update {table}.{table} set version = {int.MaxValue}");
        var body = operation.Kind == "order" ? """{"status": "shipped"}""" : operation.Body();

        var answer = await operation.Client(Shop).Send(operation.Method, operation.Path(), body, ("If-Match", $"\"{int.MaxValue}\""));

        answer.MustBeDone(operation);
        Assert.That(answer.Headers.ETag?.ToString(), Is.EqualTo("\"1\""));
        (await operation.Client(Shop).Send(operation.Method, operation.Path(), body, ("If-Match", $"\"{int.MaxValue}\""))).MustBe("version_mismatch");
    }

    [Test]
    public async Task V1_An_order_and_its_cancellation_change_a_product_of_the_largest_version()
    {
        await Furnish();
        await Database.Run($"update products.products set version = {int.MaxValue}");

        Assert.That((int)(await Shop.Orders.Order(user: 1, product: 1)).Status, Is.EqualTo(201));
        Assert.That((await Shop.Products.Get("/products/1")).Headers.ETag?.ToString(), Is.EqualTo("\"1\""));
        Assert.That((int)(await Shop.Orders.PutStatus(2, "cancelled")).Status, Is.EqualTo(200));
        Assert.That((await Shop.Products.Get("/products/1")).Headers.ETag?.ToString(), Is.EqualTo("\"2\""));
    }
}
