using System.Text;
using System.Text.Json;

namespace Shop.Shared.Telemetry.Elasticsearch;

/// <summary>A log line as it stands in a bulk request: the action and the source, each a line that ends in a newline.</summary>
/// <param name="bytes">Both lines.</param>
sealed class Document(byte[] bytes)
{
    // Of the object, its array and its place in the queue.
    const int Overhead = 100;

    const int SampleLength = 500;

    public ReadOnlySpan<byte> Bytes => bytes;

    /// <summary>The bytes of memory that it takes while it waits.</summary>
    public long Size => bytes.Length + Overhead;

    /// <summary>Whether it was sent before. It may be there already then: an answer can be lost.</summary>
    public bool WasSent { get; set; }

    /// <summary>Whether its fate is in the ledger.</summary>
    public bool IsSettled { get; set; }

    /// <summary>The beginning of the source, to be shown.</summary>
    public string Sample
    {
        get
        {
            var source = Bytes[(Bytes.IndexOf((byte)'\n') + 1)..];
            return Encoding.UTF8.GetString(source[..Math.Min(source.Length, SampleLength)]).TrimEnd();
        }
    }

    /// <summary>
    /// Makes a document. Its id is ours, so that Elasticsearch can tell one that it has already from a new one; it begins with the time, so that it
    /// is looked for in few of its segments.
    /// </summary>
    /// <param name="index">The index or data stream.</param>
    /// <param name="source">A JSON object.</param>
    /// <param name="time">When it was logged.</param>
    public static Document Of(string index, string source, DateTime time)
    {
        var action = $$$"""{"create":{"_index":"{{{JsonEncodedText.Encode(index)}}}","_id":"{{{Guid.CreateVersion7(time.ToUniversalTime()):N}}}"}}""";
        // Between the members of an object a line break is as good as a blank, and within a string there is none; here it would end the source.
        return new(Encoding.UTF8.GetBytes($"{action}\n{source.ReplaceLineEndings(" ")}\n"));
    }
}
