using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Shop.Shared.Hosting;

/// <summary>
/// Where a page of a collection ends, as a word that clients carry and do not read: the id of the last row, and a checksum over it and
/// the collection. So what was made up, cut or taken from another collection is noticed. It is no secret and needs none: whoever computes
/// one sees a page that they could have seen anyway.
/// </summary>
public static class Cursor
{
    const int IdBytes = sizeof(long);
    const int SumBytes = 4;

    // Three bytes are four letters: 12 leave no bits over, so there is one way to write each.
    const int Letters = (IdBytes + SumBytes) / 3 * 4;

    /// <summary>Writes the id of a page's last row.</summary>
    /// <param name="id">The id, positive.</param>
    /// <param name="collection">The collection's name.</param>
    public static string Write(long id, string collection)
    {
        var bytes = new byte[IdBytes + SumBytes];
        BinaryPrimitives.WriteInt64BigEndian(bytes, id);
        Sum(bytes.AsSpan(0, IdBytes), collection).CopyTo(bytes.AsSpan(IdBytes));
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Reads what <see cref="Write"/> has written for this collection, and nothing else.</summary>
    public static bool TryRead(string word, string collection, out long id)
    {
        id = 0;
        Span<byte> bytes = stackalloc byte[IdBytes + SumBytes];
        if (word.Length != Letters
            || Base64Url.DecodeFromChars(word, bytes, out _, out _) != OperationStatus.Done
            || !Sum(bytes[..IdBytes], collection).SequenceEqual(bytes[IdBytes..]))
        {
            return false;
        }

        id = BinaryPrimitives.ReadInt64BigEndian(bytes);
        return id > 0;
    }

    static ReadOnlySpan<byte> Sum(ReadOnlySpan<byte> id, string collection) =>
        SHA256.HashData([.. Encoding.UTF8.GetBytes(collection), .. id]).AsSpan(0, SumBytes);
}
