using NUnit.Framework;

namespace Shop.Tests.User;

/// <summary><c>GET /users</c></summary>
public sealed class ListUsersTests(Layout layout) : ShopTests(layout)
{
    [SetUp]
    public async Task FillTable()
    {
        foreach (var (username, email) in new[] { ("john_doe", "john@example.com"), ("Jane.Smith", "jane@example.com"), ("bob-wilson", "smithy@EXÄMPLE.org"), ("percent", "50%@example.com") })
        {
            var answer = await Shop.Users.Post("/users", $$"""{"username": "{{username}}", "email": "{{email}}"}""");
            Assert.That((int)answer.Status, Is.EqualTo(201), answer.ToString());
        }
    }

    [Test]
    public async Task U1_Shows_each_user_as_reading_it_alone_does()
    {
        var answer = await Shop.Users.Get("/users");

        foreach (var user in answer.Json.GetProperty("users").EnumerateArray())
        {
            var alone = await Shop.Users.Get($"/users/{user.GetProperty("id").GetInt32()}");
            Assert.That(user.GetRawText(), Is.EqualTo(alone.Json.GetProperty("user").GetRawText()));
        }
    }

    [TestCase("q=SMITH", "Jane.Smith|bob-wilson", Description = "Of the name or of the address")]
    [TestCase("q=example.com", "john_doe|Jane.Smith|percent")]
    [TestCase("q=%C3%A4mple", "bob-wilson", Description = "Any case, beyond ASCII too")]
    [TestCase("q=_", "john_doe")]
    [TestCase("q=%25", "percent")]
    [TestCase("q=%5C", "")]
    [TestCase("q=doejohn", "", Description = "Of one of them, not of both together")]
    [TestCase("q=doe%0Ajohn", "")]
    [TestCase("q=doe%20john", "")]
    [TestCase("q=", "john_doe|Jane.Smith|bob-wilson|percent")]
    public async Task U1_C9_Shows_what_is_asked_for(string query, string names)
    {
        var answer = await Shop.Users.Get($"/users?{query}");

        Assert.That((int)answer.Status, Is.EqualTo(200), answer.ToString());
        Assert.That(
            answer.Json.GetProperty("users").EnumerateArray().Select(user => user.GetProperty("username").GetString()),
            Is.EqualTo(names.Split('|', StringSplitOptions.RemoveEmptyEntries)));
    }

    [TestCase("q=a&q=b")]
    [TestCase("q=%00")]
    [TestCase("q=%ff")]
    public async Task C9_What_is_malformed_is_a_fault_under_its_name(string query) => (await Shop.Users.Get($"/users?{query}")).MustFault("q");
}
