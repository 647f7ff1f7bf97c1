using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Shop.Tests.Running;

/// <summary>Requests as no <see cref="HttpClient"/> writes them: byte for byte, over a connection of their own.</summary>
public static class RawRequests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Sends a request whose target and headers are written as they stand.</summary>
    /// <param name="client">Whose server is meant.</param>
    /// <param name="request">Method and target: <c>GET /products/%31</c>.</param>
    /// <param name="headers">Lines to go with it. <c>Content-Length</c> is added, unless the body is announced in another way.</param>
    /// <param name="body">The body.</param>
    public static Task<Answer> Raw(this HttpClient client, string request, IEnumerable<string> headers, ReadOnlySpan<byte> body = default)
    {
        var lines = headers.Prepend("Connection: close").Prepend("Host: shop").Prepend($"{request} HTTP/1.1").ToList();
        if (!lines.Exists(line => line.StartsWith("Transfer-Encoding:", StringComparison.Ordinal)))
        {
            lines.Add($"Content-Length: {body.Length}");
        }

        return client.Raw([.. Encoding.Latin1.GetBytes(string.Join("\r\n", lines) + "\r\n\r\n"), .. body]);
    }

    /// <summary>Sends bytes and reads until the server closes the connection.</summary>
    /// <exception cref="IOException">There is no answer.</exception>
    public static async Task<Answer> Raw(this HttpClient client, byte[] request)
    {
        using var deadline = new CancellationTokenSource(Patience);
        using var connection = new TcpClient();
        await connection.ConnectAsync(IPAddress.Loopback, client.BaseAddress!.Port, deadline.Token);
        var stream = connection.GetStream();
        var answer = new MemoryStream();
        try
        {
            await stream.WriteAsync(request, deadline.Token);
            await stream.CopyToAsync(answer, deadline.Token);
        }
        catch (IOException) when (answer.Length > 0)
        {
            // It has answered and not read the rest of the request.
        }

        return Parse(answer.ToArray());
    }

    static Answer Parse(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            throw new IOException($"This is no answer: {Encoding.Latin1.GetString(answer)}");
        }

        var lines = Encoding.Latin1.GetString(answer[..end]).Split("\r\n");
        using var response = new HttpResponseMessage((HttpStatusCode)int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture));
        foreach (var line in lines.Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var (name, value) = (line[..colon], line[(colon + 1)..].Trim());
            if (!response.Headers.TryAddWithoutValidation(name, value))
            {
                response.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        var body = answer[(end + 4)..];
        return new(
            response.StatusCode,
            response.Headers,
            response.Content.Headers,
            Encoding.UTF8.GetString(response.Headers.TransferEncodingChunked == true ? Joined(body) : body));
    }

    static byte[] Joined(ReadOnlySpan<byte> chunks)
    {
        var joined = new List<byte>();
        while (chunks.IndexOf("\r\n"u8) is > 0 and var lineEnd)
        {
            var length = int.Parse(chunks[..lineEnd], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            joined.AddRange(chunks.Slice(lineEnd + 2, length));
            chunks = chunks[(lineEnd + 2 + length + 2)..];
        }

        return [.. joined];
    }
}
