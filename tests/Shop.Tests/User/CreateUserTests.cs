using NUnit.Framework;

namespace Shop.Tests.User;

/// <summary><c>POST /users</c></summary>
public sealed class CreateUserTests(Layout layout) : ShopTests(layout)
{
    static readonly string[] Members = ["id", "username", "email", "created_at"];

    static readonly string[] GoodEmails =
    [
        "a@b.c", "ann@example.com", "ann.lee+shop@mail.example.co.uk", "o'neil@example.com", "\\\"quoted\\\"@example.com", "änne@exämple.de", "用户@例子.广告", "😀@example.com", "ann@😀.example",
        "a@xn--exmple-cua.de", "1@2.3", "UPPER@EXAMPLE.COM", "a-b_c!#$%&*/=?^`{|}~@example.com",
    ];

    static readonly string[] BadEmails =
    [
        "", "ann", "@", "@example.com", "ann@", "ann@example", "ann@.com", "ann@example.", "ann@example..com", "ann@@example.com", "ann@lee@example.com",
        "ann lee@example.com", "ann@exam ple.com", "ann\\t@example.com", "ann\\n@example.com", "ann@example.com\\u0000", "ann@\\u00a0example.com", "ann.example.com", "ann@.",
        "ann\\u200b@example.com", "ann@exam\\u202eple.com",
    ];

    [Test]
    public async Task U3_Creates_a_user_and_says_where_it_is()
    {
        var answer = await Create("Ann.Lee", "Ann@Example.com");

        Assert.That((int)answer.Status, Is.EqualTo(201), answer.ToString());
        Assert.That(answer.Json.EnumerateObject().Select(member => member.Name), Is.EqualTo(new[] { "message", "user" }));
        Assert.That(answer.Json.GetProperty("message").GetString(), Is.EqualTo("User created"));
        var user = answer.Json.GetProperty("user");
        Assert.That(user.EnumerateObject().Select(member => member.Name), Is.EqualTo(Members));
        Assert.That(user.GetProperty("username").GetString(), Is.EqualTo("Ann.Lee"));
        Assert.That(user.GetProperty("email").GetString(), Is.EqualTo("Ann@Example.com"));
        Assert.That(answer.Headers.Location?.OriginalString, Is.EqualTo($"/users/{user.GetProperty("id").GetInt32()}"));
    }

    [Test]
    public async Task U3_The_location_answers_with_the_user_created()
    {
        var created = await Create("ann", "ann@example.com");

        var read = await Shop.Users.Get(created.Headers.Location!.OriginalString);

        Assert.That(read.Json.GetProperty("user").GetRawText(), Is.EqualTo(created.Json.GetProperty("user").GetRawText()));
    }

    [Test]
    public async Task U6_A_username_is_of_3_to_100_characters()
    {
        foreach (var length in new[] { 3, 4, 99, 100 })
        {
            var answer = await Create(new string('x', length), $"{length}@example.com");
            Assert.That((int)answer.Status, Is.EqualTo(201), answer.ToString());
        }

        foreach (var length in new[] { 0, 1, 2, 101, 255, 1000 })
        {
            (await Create(new string('x', length), "other@example.com")).MustFault("username", $"{length} characters");
        }
    }

    [Test]
    public async Task U6_A_username_is_of_ASCII_letters_digits_dots_underscores_and_hyphens()
    {
        const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
        Assert.That((int)(await Create(Letters, "all@example.com")).Status, Is.EqualTo(201));

        var others = Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code).Except(Letters);
        using (Assert.EnterMultipleScope())
        {
            foreach (var character in others.Concat("äßÄéıİſ\u212AаΑ１٣\u0301\u200B\u00A0\t\n"))
            {
                (await Create($"a\\u{(int)character:x4}bc", "other@example.com")).MustFault("username", $"{character}");
            }
        }
    }

    [Test]
    public async Task U6_An_email_is_of_255_characters_at_most()
    {
        foreach (var letter in new[] { 'x', 'é', '漢' })
        {
            var longest = new string(letter, 255 - "@example.com".Length) + "@example.com";

            Assert.That((int)(await Create($"user{(int)letter}", longest)).Status, Is.EqualTo(201), longest);
            (await Create("other", letter + longest)).MustFault("email", $"{letter}");
        }
    }

    [Test]
    public async Task U6_An_email_has_one_at_and_a_domain_with_a_dot()
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (var email in GoodEmails)
            {
                var answer = await Create($"user_{Guid.NewGuid():N}", email);
                Assert.That((int)answer.Status, Is.EqualTo(201), () => $"{email} {answer}");
            }

            foreach (var email in BadEmails)
            {
                (await Create("other", email)).MustFault("email", email);
            }
        }
    }

    [Test]
    public async Task U3_What_is_refused_is_not_created()
    {
        (await Create("ann", "nowhere")).MustFault("email");

        Assert.That(await Database.Value<int>("select count(*) from users.users"), Is.Zero);
    }

    Task<Answer> Create(string username, string email) =>
        Shop.Users.Post("/users", $$"""{"username": "{{username}}", "email": "{{email}}"}""");
}
