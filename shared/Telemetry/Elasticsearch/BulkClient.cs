using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Shop.Shared.Telemetry.Elasticsearch;

/// <summary>Sends documents to <c>_bulk</c>, settles those whose fate the answer says, and says what to do about the rest.</summary>
sealed class BulkClient(Connection connection, Books books) : IDisposable
{
    static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(1);

    readonly HttpClient http = connection.Open();

    /// <exception cref="OperationCanceledException">It was cancelled. What was sent by then may have arrived.</exception>
    public async Task<Answer> Send(IReadOnlyList<Document> documents, CancellationToken cancelled)
    {
        var answer = await Ask(documents, cancelled);
        foreach (var document in answer.Open)
        {
            document.WasSent = true;
        }

        return answer;
    }

    public void Dispose() => http.Dispose();

    async Task<Answer> Ask(IReadOnlyList<Document> documents, CancellationToken cancelled)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, connection.Address) { Content = Body(documents) };
            using var response = await http.SendAsync(request, cancelled);
            return response.IsSuccessStatusCode
                ? Settle(documents, BulkItem.ReadAll(await response.Content.ReadAsByteArrayAsync(cancelled)))
                // Not as the string that its header calls it: a proxy may say "charset=utf8", which .NET does not know.
                : Judge(documents, response, Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(cancelled)));
        }
        catch (HttpRequestException fault)
        {
            return new(Verdict.TryAgain, documents, fault.GetBaseException().Message);
        }
        catch (TaskCanceledException) when (!cancelled.IsCancellationRequested)
        {
            return new(Verdict.TryAgain, documents, $"no answer within {connection.Timeout.TotalSeconds:0.#} s");
        }
    }

    ByteArrayContent Body(IReadOnlyList<Document> documents)
    {
        var body = new MemoryStream();
        using (Stream stream = connection.Compresses ? new GZipStream(body, CompressionLevel.Fastest) : body)
        {
            foreach (var document in documents)
            {
                stream.Write(document.Bytes);
            }
        }

        // A stream that was closed can still be made an array.
        var content = new ByteArrayContent(body.ToArray());
        content.Headers.ContentType = new("application/x-ndjson");
        if (connection.Compresses)
        {
            content.Headers.ContentEncoding.Add("gzip");
        }

        return content;
    }

    /// <summary>An answer to each document.</summary>
    Answer Settle(IReadOnlyList<Document> documents, IReadOnlyList<BulkItem>? items)
    {
        if (items?.Count != documents.Count)
        {
            return new(Verdict.TryAgain, documents, "its answer is not that of _bulk");
        }

        var open = new List<Document>();
        var (verdict, reason) = (Verdict.Settled, "");
        foreach (var (document, item) in documents.Zip(items))
        {
            if (item.Status is >= 200 and < 300 || (item.Status == (int)HttpStatusCode.Conflict && document.WasSent))
            {
                books.Ship(document);
            }
            else if (item.IsNotAllowed || IsPassing(item.Status))
            {
                open.Add(document);
                (verdict, reason) = (item.IsNotAllowed ? Verdict.NotAllowed : Verdict.TryAgain, $"{item.Status} {item.Error}");
            }
            else
            {
                books.Drop(document, DropReason.Rejected, $"{item.Status} {item.Error}");
            }
        }

        return new(verdict, open, reason);
    }

    /// <summary>One answer to all of them.</summary>
    Answer Judge(IReadOnlyList<Document> documents, HttpResponseMessage response, string body)
    {
        var status = (int)response.StatusCode;
        var reason = $"{status} {body[..Math.Min(body.Length, 300)]}".TrimEnd();
        switch (response.StatusCode)
        {
            case HttpStatusCode.RequestEntityTooLarge:
                return new(Verdict.TooLarge, documents, reason);
            case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden:
                return new(Verdict.NotAllowed, documents, reason);
            case var _ when IsPassing(status):
                return new(Verdict.TryAgain, documents, reason, RetryAfter(response.Headers.RetryAfter));
            default:
                foreach (var document in documents)
                {
                    books.Drop(document, DropReason.Rejected, reason);
                }

                return new(Verdict.Settled, []);
        }
    }

    static bool IsPassing(int status) => status is 429 or 502 or 503 or 504;

    // No pause at all (0, or a moment that is over by our clock) is no reason to hammer: our own back-off serves then.
    static TimeSpan? RetryAfter(RetryConditionHeaderValue? header) =>
        (header?.Delta ?? header?.Date - DateTimeOffset.UtcNow) is not { } wanted || wanted <= TimeSpan.Zero ? null
        : wanted > LongestRetryAfter ? LongestRetryAfter
        : wanted;
}
