using System.Text;
using System.Text.RegularExpressions;
using NLog.Config;
using NLog.LayoutRenderers;
using NLog.LayoutRenderers.Wrappers;

namespace Shop.Shared.Telemetry;

/// <summary>
/// <c>${without-addresses:inner=...}</c>: what has the form of an e-mail address becomes <c>***</c>. We write none; but an exception speaks in the words
/// of others, such as PostgreSQL's <c>Key (lower(email))=(ann@example.com) already exists</c>. What is no Unicode in it becomes U+FFFD: written as JSON,
/// half a surrogate pair makes a document that others cannot read.
/// </summary>
[LayoutRenderer("without-addresses"), ThreadAgnostic]
public sealed partial class WithoutAddresses : WrapperLayoutRendererBase
{
    /// <summary>The text without the addresses in it.</summary>
    protected override string Transform(string text)
    {
        var readable = text.AsSpan().ContainsAnyInRange('\ud800', '\udfff') ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) : text;
        return readable.Contains('@', StringComparison.Ordinal) || readable.Contains("%40", StringComparison.Ordinal)
            ? Address().Replace(readable, "***")
            : readable;
    }

    // What may stand before the @ and behind it. Before it that is nearly anything (RFC 5322, section 3.4.1), as in o'neil@example.com.
    const string Before = """[^\s"<>()\[\]=:;,]""", Behind = """[^\s"'<>()\[\]{}=:;,/?&@]""";

    // Each word once, from its beginning to its end: they are the words of others, however long.
    [GeneratedRegex($"(?<!{Before}){Before}*?(?:@|%40){Behind}+\\.{Behind}+{Before}*")]
    private static partial Regex Address();
}
