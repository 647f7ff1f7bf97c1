using System.Text.Json;
using NUnit.Framework;

namespace Shop.Tests.Hosting;

/// <summary>Changes of products and users, of which a client gives what is to change (P4, U4).</summary>
public sealed class UpdateTests(Layout layout) : ShopTests(layout)
{
    [TestCaseSource(typeof(Operation), nameof(Operation.Updating))]
    public async Task P4_U4_What_is_given_is_changed_and_the_rest_stays(Operation operation)
    {
        foreach (var member in operation.Members)
        {
            foreach (var others in new[] { null, "null" })
            {
                await Database.Empty();
                await Furnish();
                var before = await Item(operation);
                var body = operation.Body([.. operation.Members.Where(other => other != member).Select(other => (other.Name, others))]);

                var answer = await operation.Ask(Shop, body);

                answer.MustBeDone(operation, body);
                Assert.That(answer.Json.GetProperty("message").GetString(), Is.EqualTo($"{operation.Kind[..1].ToUpperInvariant()}{operation.Kind[1..]} updated"));
                var after = answer.Json.GetProperty(operation.Kind);
                Assert.That(after.GetProperty(member.Name).GetRawText(), Is.EqualTo(JsonDocument.Parse(body).RootElement.GetProperty(member.Name).GetRawText()));
                foreach (var same in before.EnumerateObject().Where(same => same.Name != member.Name))
                {
                    Assert.That(after.GetProperty(same.Name).GetRawText(), Is.EqualTo(same.Value.GetRawText()), same.Name);
                }

                Assert.That((await Item(operation)).GetRawText(), Is.EqualTo(after.GetRawText()));
            }
        }
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.Updating))]
    public async Task P4_U4_All_can_be_changed_at_once(Operation operation)
    {
        await Furnish();
        var body = operation.Body();

        var answer = await operation.Ask(Shop, body);

        foreach (var given in JsonDocument.Parse(body).RootElement.EnumerateObject())
        {
            Assert.That(answer.Json.GetProperty(operation.Kind).GetProperty(given.Name).GetRawText(), Is.EqualTo(given.Value.GetRawText()));
        }
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.Updating))]
    public async Task E3_Where_nothing_is_given_each_member_is_named(Operation operation)
    {
        await Furnish();
        var before = await Item(operation);
        var names = operation.Members.Select(member => member.Name).ToArray();
        using (Assert.EnterMultipleScope())
        {
            (await operation.Ask(Shop, "{}")).MustFault(names);
            (await operation.Ask(Shop, """{"unknown": 1, "id": 2}""")).MustFault(names);
            (await operation.Ask(Shop, operation.Body([.. names.Select(name => (name, (string?)"null"))]))).MustFault(names);
            (await operation.Ask(Shop, $"{{{string.Join(", ", names.Select(name => $"\"{name.ToUpperInvariant()}\": 1"))}}}")).MustFault(names);
        }

        Assert.That((await Item(operation)).GetRawText(), Is.EqualTo(before.GetRawText()));
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.Updating))]
    public async Task E3_One_member_at_fault_leaves_the_others_as_they_are(Operation operation)
    {
        await Furnish();
        var before = await Item(operation);
        foreach (var member in operation.Members)
        {
            (await operation.Ask(Shop, operation.Body((member.Name, "true")))).MustFault(member.Name);
        }

        Assert.That((await Item(operation)).GetRawText(), Is.EqualTo(before.GetRawText()));
    }

    async Task<JsonElement> Item(Operation operation) =>
        (await operation.Client(Shop).Get(operation.Path())).Json.GetProperty(operation.Kind);
}
