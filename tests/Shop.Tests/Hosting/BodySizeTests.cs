using System.Text;
using NUnit.Framework;

namespace Shop.Tests.Hosting;

/// <summary>How much of a body is read.</summary>
public sealed class BodySizeTests(Layout layout) : ShopTests(layout)
{
    const int Limit = 65_536;

    // More than the buffers of both ends hold.
    static readonly string FarTooMuch = new(' ', 100 * Limit);

    [TestCaseSource(typeof(Operation), nameof(Operation.WithBody))]
    public async Task C4_A_body_of_64_KiB_is_read(Operation operation)
    {
        await Furnish();
        foreach (var chunked in new[] { false, true })
        {
            (await Send(operation, operation.Body().PadRight(Limit), chunked)).MustBeDone(operation);
        }
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.WithBody))]
    public async Task C4_A_body_of_one_byte_more_is_too_large(Operation operation)
    {
        await Furnish();
        foreach (var chunked in new[] { false, true })
        {
            (await Send(operation, operation.Body().PadRight(Limit + 1), chunked)).MustBe("payload_too_large");
        }
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.WithBody))]
    public async Task C4_Size_is_counted_in_bytes_and_not_in_characters(Operation operation)
    {
        await Furnish();
        var frame = operation.Body(("unknown", "\"\""));

        var body = frame.Insert(frame.Length - 2, new string('é', (Limit - frame.Length) / 2));

        (await Send(operation, body, chunked: false)).MustBeDone(operation);
        (await Send(operation, body.Insert(body.Length - 2, "éé"), chunked: false)).MustBe("payload_too_large");
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.WithBody))]
    public async Task C4_The_frames_of_chunks_do_not_count(Operation operation)
    {
        await Furnish();
        var body = operation.Body().PadRight(Limit);

        var answer = await operation.Client(Shop).Raw(
            $"{operation.Method} {operation.Path()}",
            ["Content-Type: application/json", "Transfer-Encoding: chunked"],
            Encoding.ASCII.GetBytes(string.Concat(body.Select(character => $"1\r\n{character}\r\n")) + "0\r\n\r\n"));

        answer.MustBeDone(operation);
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.WithBody))]
    public async Task C4_Who_sends_far_too_much_before_reading_gets_the_answer_all_the_same(Operation operation)
    {
        foreach (var chunked in new[] { false, true })
        {
            (await Send(operation, FarTooMuch, chunked)).MustBe("payload_too_large");
            (await Send(operation, FarTooMuch, chunked, "text/plain")).MustBe("unsupported_media_type");
        }
    }

    [TestCaseSource(typeof(Operation), nameof(Operation.WithoutBody))]
    public async Task C4_A_body_of_another_method_is_ignored(Operation operation)
    {
        string[] bodies = ["{", "{\"id\": 2}", FarTooMuch];
        string[] announcements = ["Content-Type: application/json", "Content-Type: text/plain", "X-Content-Type: none"];
        using (Assert.EnterMultipleScope())
        {
            foreach (var body in bodies)
            {
                foreach (var announcement in announcements)
                {
                    await Database.Empty();
                    await Furnish();
                    var answer = await operation.Client(Shop).Raw(
                        $"{operation.Method} {operation.Path()}", [announcement], Encoding.ASCII.GetBytes(body));

                    answer.MustBeDone(operation, announcement);
                }
            }
        }
    }

    Task<Answer> Send(Operation operation, string body, bool chunked, string contentType = "application/json")
    {
        var request = new HttpRequestMessage(operation.Method, operation.Path())
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = new(contentType) } },
        };
        request.Headers.TransferEncodingChunked = chunked;
        return operation.Client(Shop).Ask(request);
    }
}
