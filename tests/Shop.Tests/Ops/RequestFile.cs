using System.Globalization;
using System.Text.RegularExpressions;

namespace Shop.Tests.Ops;

/// <summary>A file of requests as editors send them: <c>###</c> and a title, the request line, headers, a blank line, the body.</summary>
public sealed partial record RequestFile(string Name, IReadOnlyList<FileRequest> Requests)
{
    public static IReadOnlyList<RequestFile> Every { get; } =
    [
        .. Directory.EnumerateFiles(Path.Combine(Checkout.Root, "ops", "requests"), "*.http").Order(StringComparer.Ordinal).Select(Read),
    ];

    public override string ToString() => Name;

    static RequestFile Read(string file)
    {
        var parts = File.ReadAllText(file).Split("\n### ");
        return new(Path.GetFileName(file), [.. parts.Skip(1).Select(Request)]);
    }

    static FileRequest Request(string text)
    {
        var match = Form().Match(text);
        return match.Success
            ? new(
                match.Groups["title"].Value,
                int.Parse(match.Groups["status"].Value, CultureInfo.InvariantCulture),
                new(match.Groups["method"].Value),
                match.Groups["module"].Value,
                match.Groups["path"].Value,
                [.. match.Groups["header"].Captures.Select(header => header.Value.Split(": ", 2)).Select(header => (header[0], header[1]))],
                match.Groups["body"].Success ? match.Groups["body"].Value.Trim() : null)
            : throw new FormatException($"This is no request: {text}");
    }

    [GeneratedRegex(
        @"^(?<title>.+?)[:?] (?<status>\d{3})\n(?<method>[A-Z]+) \{\{(?<module>products|orders|users)\}\}(?<path>/\S*)\n((?<header>[\w-]+: .+)\n)*(\n(?<body>(.|\n)*\S)\s*)?\s*$")]
    private static partial Regex Form();
}

/// <summary>One request of such a file, and the status that its title promises.</summary>
public sealed record FileRequest(
    string Title, int Status, HttpMethod Method, string Module, string Path, IReadOnlyList<(string Name, string Value)> Headers, string? Body)
{
    /// <summary>Sends it to a shop, wherever that listens.</summary>
    public Task<Answer> Send(RunningShop shop)
    {
        var client = Module switch { "products" => shop.Products, "orders" => shop.Orders, _ => shop.Users };
        var request = new HttpRequestMessage(Method, Path);
        if (Body is not null)
        {
            request.Content = new StringContent(Body);
            request.Content.Headers.ContentType = null;
        }

        foreach (var (name, value) in Headers)
        {
            _ = name.StartsWith("Content-", StringComparison.Ordinal) ? request.Content!.Headers.TryAddWithoutValidation(name, value) : request.Headers.TryAddWithoutValidation(name, value);
        }

        return client.Ask(request);
    }

    public override string ToString() => $"{Method} {Path}";
}
