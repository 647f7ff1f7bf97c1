using System.Globalization;
using NUnit.Framework;
using Shop.Tests.Running.OpenApi;

namespace Shop.Tests.Fuzz;

/// <summary>
/// Requests by chance, drawn from the OpenAPI document of each host. <c>FUZZ_SEED</c> draws others, and <c>FUZZ_REQUESTS</c> so many of them for each port.
/// What they find becomes a test with a name.
/// </summary>
public sealed class FuzzTests(Layout layout) : ShopTests(layout)
{
    static readonly int Seed = Setting("FUZZ_SEED", 20261124);
    static readonly int Requests = Setting("FUZZ_REQUESTS", 700);

    [Test]
    public async Task C11_Whatever_is_asked_the_answer_is_one_that_the_document_lists()
    {
        await Furnish();
        HttpClient[] clients = [Shop.Products, Shop.Orders, Shop.Users];
        foreach (var (client, port) in clients.Zip(Enumerable.Range(0, clients.Length)))
        {
            var document = InterfaceDocument.Of(client)!;
            var generator = new RequestGenerator(document, new Random(Seed + port));
            for (var i = 0; i < Requests; i++)
            {
                var request = generator.Next();

                var answer = await client.Raw(request.Line, request.Headers, request.Body);

                Judge(document, request, answer, $"request {i} of seed {Seed + port}:\n{request}");
            }

            Assert.That((int)(await client.Get("/health")).Status, Is.EqualTo(200));
        }
    }

    static void Judge(InterfaceDocument document, FuzzedRequest request, Answer answer, string to)
    {
        Assert.That((int)answer.Status, Is.InRange(200, 499), () => $"{to}\n{answer}");
        // What the server itself refuses has no more than a status (C10).
        if (answer.TraceId is null && answer.Text.Length == 0 && (int)answer.Status >= 400)
        {
            return;
        }

        if ((int)answer.Status >= 400)
        {
            answer.MustShowNothingWithin(to);
        }

        // The server takes dot segments out of a path (RFC 3986, section 5.2.4), and so does this.
        document.MustAllow(request.Method, new Uri($"http://shop{request.Path}").AbsolutePath, answer, to);
    }

    static int Setting(string name, int unset) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) ? value : unset;
}
