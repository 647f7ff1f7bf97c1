using NUnit.Framework;

namespace Shop.Tests.User;

/// <summary>Names that are another's: usernames and e-mail addresses are unique, compared without case.</summary>
public sealed class DuplicateUserTests(Layout layout) : ShopTests(layout)
{
    [TestCase("ann", "other@example.com", "username")]
    [TestCase("ANN", "other@example.com", "username")]
    [TestCase(" aNn ", "other@example.com", "username")]
    [TestCase("other", "ann@example.com", "email")]
    [TestCase("other", "ANN@Example.COM", "email")]
    [TestCase("other", "  ann@example.com", "email")]
    [TestCase("Ann", "Ann@example.com", "username", Description = "Both")]
    public async Task E4_A_name_that_is_taken_is_refused_and_said(string username, string email, string field)
    {
        await Create("ann", "ann@example.com");

        var answer = await Create(username, email);

        answer.MustBe("duplicate_user");
        Assert.That(answer.Json.GetProperty("field").GetString(), Is.EqualTo(field));
    }

    [Test]
    public async Task E4_A_refused_user_uses_no_id_up()
    {
        await Create("ann", "ann@example.com");
        for (var i = 0; i < 10; i++)
        {
            (await Create("ann", "ann@example.com")).MustBe("duplicate_user");
        }

        Assert.That((await Create("bob", "bob@example.com")).Json.GetProperty("user").GetProperty("id").GetInt32(), Is.EqualTo(2));
    }

    [Test]
    public async Task E4_Where_two_users_have_the_names_the_username_is_said()
    {
        await Create("ann", "bob@example.com");
        await Create("bob", "ann@example.com");

        var answer = await Create("ann", "ann@example.com");

        answer.MustBe("duplicate_user");
        Assert.That(answer.Json.GetProperty("field").GetString(), Is.EqualTo("username"));
    }

    [TestCase("ann", "ann@example.com.au")]
    [TestCase("ann_", "ann.@example.com")]
    [TestCase("ann", "ann+1@example.com", Description = "Of an address nothing is guessed")]
    public async Task E4_Names_that_are_only_alike_are_not_taken(string username, string email)
    {
        await Create("ann.", "ann@example.com");

        var answer = await Create(username, email);

        Assert.That((int)answer.Status, Is.EqualTo(201), answer.ToString());
    }

    [Test]
    public async Task E4_An_address_is_compared_without_case_beyond_ASCII_too()
    {
        await Create("ann", "ÄNNE@EXÄMPLE.DE");

        (await Create("other", "änne@exämple.de")).MustBe("duplicate_user");
    }

    [Test]
    public async Task E4_A_refused_user_is_not_created()
    {
        await Create("ann", "ann@example.com");

        await Create("ann", "other@example.com");

        Assert.That(await Database.Value<int>("select count(*) from users.users"), Is.EqualTo(1));
        Assert.That((int)(await Create("other", "other@example.com")).Status, Is.EqualTo(201), "the address is free");
    }

    [Test]
    public async Task U7_The_name_of_a_deleted_user_is_free_again()
    {
        await Create("ann", "ann@example.com");
        await Shop.Users.Send(HttpMethod.Delete, "/users/1");

        var answer = await Create("Ann", "Ann@example.com");

        Assert.That((int)answer.Status, Is.EqualTo(201), answer.ToString());
    }

    [TestCase("username")]
    [TestCase("email")]
    public async Task U7_Of_many_that_want_a_name_at_once_one_gets_it(string field)
    {
        for (var round = 0; round < 5; round++)
        {
            // In upper and in lower case in turn.
            var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
            {
                var (wanted, own) = ($"{(i % 2 == 0 ? "ann" : "ANN")}{round}", $"user{round}.{i}");
                return field == "username" ? Create(wanted, $"{own}@example.com") : Create(own, $"{wanted}@example.com");
            }));

            Assert.That(answers.Count(answer => (int)answer.Status == 201), Is.EqualTo(1));
            foreach (var refused in answers.Where(answer => (int)answer.Status != 201))
            {
                refused.MustBe("duplicate_user");
                Assert.That(refused.Json.GetProperty("field").GetString(), Is.EqualTo(field));
            }
        }
    }

    Task<Answer> Create(string username, string email) =>
        Shop.Users.Post("/users", $$"""{"username": "{{username}}", "email": "{{email}}"}""");
}
