using NUnit.Framework;
using Shop.Tests.Running;

namespace Shop.Tests.User;

/// <summary><c>GET /users</c></summary>
public sealed class ListUsersTests(Layout layout) : ShopTests(layout)
{
    [TestCase("", "ann_lee,bob")]
    [TestCase("q=ANN", "ann_lee")]
    [TestCase("q=n_l", "ann_lee")]
    [TestCase("q=bob@exa", "bob")]
    [TestCase("q=example.COM", "ann_lee,bob")]
    [TestCase("q=bob%20bob", "")]
    [TestCase("q=ob", "bob")]
    [TestCase("q=%25%25%25", "")]
    public async Task U1_Finds_part_of_the_name_or_the_address(string query, string names)
    {
        await User("ann_lee");
        await User("bob");

        var answer = await Shop.Users.Get($"/users?{query}");

        var found = answer.Json.GetProperty("users").EnumerateArray().Select(user => user.GetProperty("username").GetString());
        Assert.That(string.Join(",", found), Is.EqualTo(names), answer.ToString());
    }
}
