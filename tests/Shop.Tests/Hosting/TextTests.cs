using System.Globalization;
using NUnit.Framework;

namespace Shop.Tests.Hosting;

/// <summary>Text as clients give it.</summary>
public sealed class TextTests(Layout layout) : ShopTests(layout)
{
    /// <summary>Every character with the property White_Space (Unicode, PropList.txt).</summary>
    static readonly string WhiteSpace = "\t\n\v\f\r \u0085\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u2028\u2029\u202F\u205F\u3000";

    /// <summary>Characters that show nothing and are no white space.</summary>
    static readonly string NoWhiteSpace = "\u180E\u200B\u200C\u200D\u2060\uFEFF\u00AD";

    static readonly string[] NeverText =
    [
        "\\u0000", "a\\u0000b", "abc\\u0000", "\\u0000abc", " \\u0000 ", // NUL
        "\\ud800", "\\udc00", "abc\\ud83d", "\\ude00abc", "a\\ud83dbc", "\\ude00\\ud83d", "\\ud83d\\ud83d\\ude00", "\\uDBFF", "\\uDFFF", // halves of pairs
    ];

    [Test]
    public async Task C8_White_space_of_every_kind_is_trimmed_from_both_ends()
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (var space in WhiteSpace.Select(Escaped).Append(string.Concat(WhiteSpace.Select(Escaped))))
            {
                Assert.That(await NameOf($"{space}Desk{space}lamp{space}{space}"), Is.EqualTo($"Desk{Unescaped(space)}lamp"), space);
            }
        }
    }

    [Test]
    public async Task C8_White_space_that_is_not_escaped_is_trimmed_too()
    {
        // JSON has other characters below a space escaped always.
        foreach (var space in WhiteSpace.Where(character => character >= ' '))
        {
            Assert.That(await NameOf($"{space}Lamp{space}"), Is.EqualTo("Lamp"), Escaped(space));
        }
    }

    [Test]
    public async Task C8_What_is_no_white_space_is_kept()
    {
        foreach (var character in NoWhiteSpace)
        {
            Assert.That(await NameOf($"{character}Lamp{character}"), Is.EqualTo($"{character}Lamp{character}"), Escaped(character));
        }
    }

    [Test]
    public async Task C8_A_username_and_an_email_are_trimmed_before_they_are_judged()
    {
        var answer = await Shop.Users.Post("/users", """{"username": "\u3000\tann\u00A0", "email": "\u2003ann@example.com\n"}""");

        Assert.That((int)answer.Status, Is.EqualTo(201), answer.ToString());
        var user = answer.Json.GetProperty("user");
        Assert.That((user.GetProperty("username").GetString(), user.GetProperty("email").GetString()), Is.EqualTo(("ann", "ann@example.com")));
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.WithBody))]
    public async Task C8_Text_of_white_space_alone_is_empty(Operation operation)
    {
        foreach (var member in operation.Members.Where(member => member.Type == MemberType.Text))
        {
            (await operation.Ask(Shop, operation.Body((member.Name, $"\"{string.Concat(WhiteSpace.Select(Escaped))}\"")))).MustFault(member.Name);
        }
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.WithBody))]
    public async Task C8_A_NUL_or_half_a_surrogate_pair_is_a_fault(Operation operation)
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (var member in operation.Members.Where(member => member.Type == MemberType.Text))
            {
                foreach (var text in NeverText)
                {
                    (await operation.Ask(Shop, operation.Body((member.Name, $"\"{text}\"")))).MustFault(member.Name, text);
                }
            }
        }
    }

    [Test]
    public async Task C8_A_whole_surrogate_pair_is_one_character()
    {
        Assert.That(await NameOf("\\ud83d\\ude00"), Is.EqualTo("😀"));
        Assert.That(await NameOf("😀"), Is.EqualTo("😀"));
    }

    [TestCase("x")]
    [TestCase("é")]
    [TestCase("e\u0301", Description = "One letter to the eye, two code points")]
    [TestCase("漢")]
    [TestCase("😀")]
    [TestCase("\\ud83d\\ude00")]
    [TestCase("\\\"")]
    public async Task C8_Length_is_counted_in_code_points(string character)
    {
        var points = Unescaped(character).EnumerateRunes().Count();
        var longest = string.Concat(Enumerable.Repeat(character, 255 / points)) + new string('x', 255 % points);

        Assert.That(await NameOf(longest), Is.EqualTo(Unescaped(longest)));
        (await CreateProduct(longest + "x")).MustFault("name");
        (await CreateProduct(longest + character)).MustFault("name");
    }

    [Test]
    public async Task C8_White_space_at_the_ends_does_not_count()
    {
        var longest = new string('x', 255);

        Assert.That(await NameOf($"  {longest}\\u3000"), Is.EqualTo(longest));
    }

    [Test]
    public async Task C8_Text_comes_back_as_it_was_given()
    {
        string[] texts = ["'; drop table products.products; --", "%_\\\\", "<b>&amp;</b>", "\\u0001\\u001f\\u007f", "مرحبا", "a\\r\\nb", "{0} {{x}}", "\\ufffe\\uffff"];
        foreach (var text in texts)
        {
            Assert.That(await NameOf(text), Is.EqualTo(Unescaped(text)));
        }
    }

    Task<Answer> CreateProduct(string name) => Shop.Products.Post("/products", $$"""{"name": "{{name}}", "price": 1, "stock": 1}""");

    /// <summary>Creates a product and reads its name again.</summary>
    async Task<string?> NameOf(string name)
    {
        var created = await CreateProduct(name);
        Assert.That((int)created.Status, Is.EqualTo(201), created.ToString());
        var read = await Shop.Products.Get(created.Headers.Location!.OriginalString);
        Assert.That(read.Json.GetProperty("product").GetRawText(), Is.EqualTo(created.Json.GetProperty("product").GetRawText()));
        return read.Json.GetProperty("product").GetProperty("name").GetString();
    }

    static string Escaped(char character) => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");

    static string Unescaped(string json) => System.Text.Json.JsonDocument.Parse($"\"{json}\"").RootElement.GetString()!;
}
