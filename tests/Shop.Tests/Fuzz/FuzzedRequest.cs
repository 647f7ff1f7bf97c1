using System.Text;

namespace Shop.Tests.Fuzz;

/// <summary>A request as it goes over the wire.</summary>
/// <param name="Method">Its method, as odd as it may be.</param>
/// <param name="Path">Its path, percent-encoded or not.</param>
/// <param name="Query">Its query with the question mark, or nothing.</param>
/// <param name="Headers">Its header lines, but those of the connection and the length.</param>
/// <param name="Body">Its body.</param>
sealed record FuzzedRequest(string Method, string Path, string Query, IReadOnlyList<string> Headers, byte[] Body)
{
    public string Line => $"{Method} {Path}{Query}";

    /// <summary>All that it takes to send it again.</summary>
    public override string ToString() =>
        $"{Line}\n{string.Join('\n', Headers)}\n\n{(Body.Length > 1000 ? $"{Body.Length} bytes" : Encoding.Latin1.GetString(Body))}";
}
