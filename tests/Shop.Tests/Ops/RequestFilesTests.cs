using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Shop.Tests.Ops;

/// <summary><c>ops/requests/*.http</c></summary>
public sealed class RequestFilesTests(Layout layout) : ShopTests(layout)
{
    [TestCaseSource(typeof(RequestFile), nameof(RequestFile.Every))]
    public async Task Each_request_is_answered_with_the_status_that_its_title_promises(RequestFile file)
    {
        await Database.Run(await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "db", "sample", "V0001__load_sample_data.sql")));
        foreach (var request in file.Requests)
        {
            var answer = await request.Send(Shop);

            Assert.That((int)answer.Status, Is.EqualTo(request.Status), () => $"{request.Title} {answer}");
        }
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.Every))]
    public void Every_operation_is_there_done_and_refused(Operation operation)
    {
        var statuses = RequestFile.Every
            .SelectMany(file => file.Requests)
            .Where(request => request.Method == operation.Method && Regex.Replace(request.Path.Split('?')[0], @"/\d+", "/{id}") == operation.Route)
            .Select(request => request.Status)
            .ToArray();

        Assert.That(statuses, Has.Some.EqualTo((int)operation.Success).And.Some.InRange(400, 499));
    }
}
