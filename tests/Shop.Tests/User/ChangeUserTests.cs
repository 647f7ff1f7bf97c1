using NUnit.Framework;

namespace Shop.Tests.User;

/// <summary><c>PUT</c> and <c>DELETE /users/{id}</c></summary>
public sealed class ChangeUserTests(Layout layout) : ShopTests(layout)
{
    [TestCase("""{"username": "BOB"}""", "username")]
    [TestCase("""{"email": "Bob@Example.COM"}""", "email")]
    [TestCase("""{"username": " bob ", "email": "new@example.com"}""", "username")]
    [TestCase("""{"username": "new", "email": "bob@example.com"}""", "email")]
    [TestCase("""{"username": "bob", "email": "bob@example.com"}""", "username", Description = "Both")]
    public async Task E4_A_name_that_is_anothers_is_refused_and_said(string body, string field)
    {
        var (ann, _) = (await User("ann"), await User("bob"));
        var before = await Shop.Users.Get($"/users/{ann}");

        var answer = await Shop.Users.Send(HttpMethod.Put, $"/users/{ann}", body);

        answer.MustBe("duplicate_user");
        Assert.That(answer.Json.GetProperty("field").GetString(), Is.EqualTo(field));
        var after = await Shop.Users.Get($"/users/{ann}");
        Assert.That((after.Text, after.Headers.ETag), Is.EqualTo((before.Text, before.Headers.ETag)));
    }

    [TestCase("""{"username": "ANN"}""")]
    [TestCase("""{"email": "Ann@Example.com"}""")]
    [TestCase("""{"username": "ann", "email": "ann@example.com"}""", Description = "As they are")]
    public async Task U7_A_user_may_change_the_case_of_its_own_names(string body)
    {
        var ann = await User("ann");

        var answer = await Shop.Users.Send(HttpMethod.Put, $"/users/{ann}", body);

        Assert.That((int)answer.Status, Is.EqualTo(200), answer.ToString());
        Assert.That(answer.Text, Does.Contain(body[1..^1].Replace(": ", ":", StringComparison.Ordinal).Replace(", ", ",", StringComparison.Ordinal)));
    }

    [TestCase("""{"username": "an"}""", "username")]
    [TestCase("""{"username": "ann smith"}""", "username")]
    [TestCase("""{"email": "nowhere"}""", "email")]
    [TestCase("""{"email": "a@b@example.com"}""", "email")]
    public async Task U6_What_is_no_name_is_a_fault(string body, string member) =>
        (await Shop.Users.Send(HttpMethod.Put, $"/users/{await User()}", body)).MustFault(member);

    [Test]
    public async Task U5_U7_A_deleted_user_is_gone_and_its_names_are_free()
    {
        var ann = await User("ann");

        var answer = await Shop.Users.Send(HttpMethod.Delete, $"/users/{ann}");

        Assert.That((int)answer.Status, Is.EqualTo(200), answer.ToString());
        Assert.That(answer.Text, Is.EqualTo("""{"message":"User deleted"}"""));
        (await Shop.Users.Get($"/users/{ann}")).MustBe("user_not_found");
        (await Shop.Users.Send(HttpMethod.Delete, $"/users/{ann}")).MustBe("user_not_found");
        (await Shop.Users.Send(HttpMethod.Put, $"/users/{ann}", """{"username": "ann"}""")).MustBe("user_not_found");
        Assert.That(await User("ann"), Is.GreaterThan(ann));
    }

    [TestCase("pending")]
    [TestCase("shipped")]
    [TestCase("completed")]
    [TestCase("cancelled")]
    public async Task U5_A_user_with_an_order_stays_whatever_the_orders_state(string status)
    {
        await Furnish();
        await Database.Run($"update orders.orders set status = '{status}'");

        (await Shop.Users.Send(HttpMethod.Delete, "/users/1")).MustBe("user_in_use");

        Assert.That((int)(await Shop.Users.Get("/users/1")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task U5_A_user_who_orders_and_is_deleted_at_the_same_moment_does_one_of_both()
    {
        var product = await Product(stock: 1_000);
        for (var round = 0; round < 20; round++)
        {
            var user = await User();

            var orders = Enumerable.Range(0, 8).Select(_ => Shop.Orders.Order(user, product)).ToArray();
            var deletion = await Shop.Users.Send(HttpMethod.Delete, $"/users/{user}");
            var placed = (await Task.WhenAll(orders)).Count(order => (int)order.Status == 201);

            Assert.That(deletion.Code, Is.EqualTo(placed == 0 ? null : "user_in_use"), deletion.ToString());
        }
    }

    [Test]
    public async Task U4_A_rename_does_not_wait_for_orders_nor_they_for_it()
    {
        var (user, product) = (await User("ann"), await Product(stock: 5));
        await using (var order = await HeldRow.Product(Database, product))
        {
            // Another host's order of this user, on its way.
            await order.Also($"select from users.users where id = {user} for key share");

            var answer = await Shop.Users.Send(HttpMethod.Put, $"/users/{user}", """{"username": "bea"}""");

            Assert.That((int)answer.Status, Is.EqualTo(200), answer.ToString());
        }
    }

    [TestCase("username")]
    [TestCase("email")]
    public async Task U7_Of_many_that_want_a_name_at_once_one_gets_it(string member)
    {
        var users = new List<int>();
        for (var i = 0; i < 10; i++)
        {
            users.Add(await User());
        }

        var wanted = member == "username" ? "wanted" : "wanted@example.com";

        var answers = await Task.WhenAll(users.Select(user =>
            Shop.Users.Send(HttpMethod.Put, $"/users/{user}", $$"""{"{{member}}": "{{wanted}}"}""")));

        Assert.That(answers.Count(answer => (int)answer.Status == 200), Is.EqualTo(1));
        Assert.That(answers.Select(answer => answer.Code).OfType<string>(), Has.All.EqualTo("duplicate_user"));
    }
}
