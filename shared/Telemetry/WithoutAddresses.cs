using System.Text.RegularExpressions;
using NLog.Config;
using NLog.LayoutRenderers;
using NLog.LayoutRenderers.Wrappers;

namespace Shop.Shared.Telemetry;

/// <summary>
/// <c>${without-addresses:inner=...}</c>: what has the form of an e-mail address becomes <c>***</c>. We write none; but an exception speaks in the words
/// of others, such as PostgreSQL's <c>Key (lower(email))=(ann@example.com) already exists</c>.
/// </summary>
[LayoutRenderer("without-addresses"), ThreadAgnostic]
public sealed partial class WithoutAddresses : WrapperLayoutRendererBase
{
    /// <summary>The text without the addresses in it.</summary>
    protected override string Transform(string text) =>
        text.Contains('@', StringComparison.Ordinal) || text.Contains("%40", StringComparison.Ordinal) ? Address().Replace(text, "***") : text;

    [GeneratedRegex("""[^\s"'<>()\[\]{}=:;,/?&]*(@|%40)[^\s"'<>()\[\]{}=:;,/?&]+""")]
    private static partial Regex Address();
}
