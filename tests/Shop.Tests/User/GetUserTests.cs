using NUnit.Framework;

namespace Shop.Tests.User;

/// <summary><c>GET /users/{id}</c></summary>
public sealed class GetUserTests(Layout layout) : ShopTests(layout)
{
    static readonly string[] Members = ["id", "username", "email", "created_at"];

    [Test]
    public async Task U2_Answers_with_the_user_asked_for()
    {
        await User("bob");
        var id = await User("ann");

        var answer = await Shop.Users.Get($"/users/{id}");

        Assert.That((int)answer.Status, Is.EqualTo(200), answer.ToString());
        Assert.That(answer.Json.EnumerateObject().Select(member => member.Name), Is.EqualTo(new[] { "user" }));
        var user = answer.Json.GetProperty("user");
        Assert.That(user.EnumerateObject().Select(member => member.Name), Is.EqualTo(Members));
        Assert.That(user.GetProperty("id").GetInt32(), Is.EqualTo(id));
        Assert.That(user.GetProperty("username").GetString(), Is.EqualTo("ann"));
        Assert.That(user.GetProperty("email").GetString(), Is.EqualTo("ann@example.com"));
    }

    [Test]
    public async Task U2_Knows_no_user_that_is_not_there()
    {
        var id = await User();

        (await Shop.Users.Get($"/users/{id + 1}")).MustBe("user_not_found");
    }
}
