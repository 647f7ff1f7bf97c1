using NUnit.Framework;

namespace Shop.Tests.Hosting;

/// <summary>Numbers by their value, whatever their notation: those of money and whole ones.</summary>
public sealed class NumbersTests(Layout layout) : ShopTests(layout)
{
    static readonly string Zeros = new('0', 400);
    static readonly string Nines = new('9', 30);

    /// <summary>Numbers that are none of ours in any member: too precise, too large, or both.</summary>
    static readonly string[] Never =
    [
        "0.001", "-0.001", "9.990000000000000000000000000000000001", "4.999999999999999999999999999999999999", "1e-400", "1e-3", "5e-29",
        "1e-999999999999", Nines, $"-{Nines}", "1e28", "1e29", "1e400", "-1e400", "1e2147483647", "1e2147483648", "1e-2147483648", "1e999999999999",
        $"1{Zeros}", $"0.{Zeros}1",
    ];

    [TestCase("0", "0.00")]
    [TestCase("-0", "0.00")]
    [TestCase("0.00", "0.00")]
    [TestCase("-0.0e7", "0.00")]
    [TestCase("0e400", "0.00")]
    [TestCase("0e-999999999999", "0.00")]
    [TestCase("5", "5.00")]
    [TestCase("5.0", "5.00")]
    [TestCase("50e-1", "5.00")]
    [TestCase("0.5E+1", "5.00")]
    [TestCase("9.990", "9.99")]
    [TestCase("9.99000000000000000000000000000000000000000000", "9.99")]
    [TestCase("999e-2", "9.99")]
    [TestCase("0.00000000000000000000000000000000000000999E+39", "9.99")]
    [TestCase("1e2", "100.00")]
    [TestCase("10000000000000000000000000000000000000000e-38", "100.00")]
    [TestCase("0.01", "0.01")]
    [TestCase("99999999.99", "99999999.99")]
    [TestCase("9999999999e-2", "99999999.99")]
    public async Task C3_Money_counts_by_value(string price, string written)
    {
        var answer = await CreateProduct(price: price);

        Assert.That((int)answer.Status, Is.EqualTo(201), answer.ToString());
        Assert.That(answer.Json.GetProperty("product").GetProperty("price").GetRawText(), Is.EqualTo(written));
    }

    [Test]
    public async Task C3_Money_that_is_out_of_range_or_has_more_than_two_decimals_is_a_fault()
    {
        string[] wrong = [.. Never, "-0.01", "-1", "100000000", "100000000.00", "99999999.991", "99999999.995", "1e8", "0.015", "9.999"];
        using (Assert.EnterMultipleScope())
        {
            foreach (var price in wrong)
            {
                (await CreateProduct(price: price)).MustFault("price", price);
            }
        }
    }

    [TestCase("0", 0)]
    [TestCase("-0", 0)]
    [TestCase("0.000", 0)]
    [TestCase("0e400", 0)]
    [TestCase("5.0", 5)]
    [TestCase("50e-1", 5)]
    [TestCase("0.5e1", 5)]
    [TestCase("5.00000000000000000000000000000000000000000000", 5)]
    [TestCase("1e2", 100)]
    [TestCase("1E+2", 100)]
    [TestCase("2147483647", 2147483647)]
    [TestCase("2147483647.0", 2147483647)]
    [TestCase("2.147483647e9", 2147483647)]
    public async Task C3_A_whole_number_counts_by_value(string stock, int value)
    {
        var answer = await CreateProduct(stock: stock);

        Assert.That((int)answer.Status, Is.EqualTo(201), answer.ToString());
        Assert.That(answer.Json.GetProperty("product").GetProperty("stock").GetRawText(), Is.EqualTo($"{value}"));
    }

    [Test]
    public async Task C3_A_number_that_is_not_whole_or_out_of_range_is_a_fault_wherever_a_whole_one_is_wanted()
    {
        string[] wrong = [.. Never, "0.5", "1.5", "-1", "1e-1", "2147483647.5", "2147483648", "4294967297", "9223372036854775808", "1e10", "-2147483649"];
        using (Assert.EnterMultipleScope())
        {
            foreach (var operation in Operation.WithBody)
            {
                foreach (var member in operation.Members.Where(member => member.Type == MemberType.Whole))
                {
                    foreach (var number in wrong)
                    {
                        (await operation.Ask(Shop, operation.Body((member.Name, number)))).MustFault(member.Name, number);
                    }
                }
            }
        }
    }

    [Test]
    public async Task C3_An_order_is_read_by_the_value_of_its_numbers()
    {
        var (user, product) = (await User(), await Product(stock: 100));

        var answer = await Shop.Orders.Post("/orders", $$"""{"user_id": {{user}}.0, "product_id": {{product}}0e-1, "quantity": 0.1e2}""");

        Assert.That((int)answer.Status, Is.EqualTo(201), answer.ToString());
        Assert.That(answer.Json.GetProperty("order").GetProperty("quantity").GetRawText(), Is.EqualTo("10"));
        Assert.That(await StockOf(product), Is.EqualTo(90));
    }

    Task<Answer> CreateProduct(string price = "1", string stock = "1") =>
        Shop.Products.Post("/products", $$"""{"name": "Lamp", "price": {{price}}, "stock": {{stock}}}""");
}
