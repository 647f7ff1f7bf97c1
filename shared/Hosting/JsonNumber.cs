using System.Globalization;
using System.Text;

namespace Shop.Shared.Hosting;

/// <summary>Reads a JSON number exactly or not at all. (<c>Utf8JsonReader.TryGetDecimal</c> rounds: 9.9900…01 would pass for 9.99.)</summary>
public static class JsonNumber
{
    // A decimal holds 28 digits whatever they are, and as many of them behind the point.
    const int Digits = 28;

    /// <summary>Reads a number by its value, whatever its notation: <c>100</c>, <c>100.0</c> and <c>1e2</c> are the same.</summary>
    /// <param name="json">A number by the grammar of RFC 8259, section 6.</param>
    /// <param name="value">The number, or 0.</param>
    /// <returns>Whether <paramref name="value"/> is the number to the last digit.</returns>
    public static bool TryParse(ReadOnlySpan<byte> json, out decimal value)
    {
        value = 0;
        var exponentAt = json.IndexOfAny("eE"u8);
        var mantissa = exponentAt < 0 ? json : json[..exponentAt];
        var point = mantissa.IndexOf((byte)'.');
        var digits = Encoding.ASCII.GetString(mantissa).Replace(".", "", StringComparison.Ordinal).TrimStart('-', '0');
        if (digits.Length == 0)
        {
            return true;
        }

        var exponent = 0;
        if (exponentAt >= 0 && !int.TryParse(json[(exponentAt + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
        {
            return false;
        }

        var significant = digits.TrimEnd('0');
        var decimals = (point < 0 ? 0L : mantissa.Length - point - 1) - (digits.Length - significant.Length) - exponent;
        return significant.Length <= Digits
            && decimals is >= -Digits and <= Digits
            && decimal.TryParse(
                $"{(json[0] == '-' ? "-" : "")}{significant}e{-decimals}", NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }
}
