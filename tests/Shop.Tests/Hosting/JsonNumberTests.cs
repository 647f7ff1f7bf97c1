using System.Globalization;
using System.Numerics;
using System.Text;
using NUnit.Framework;
using Shop.Shared.Hosting;

namespace Shop.Tests.Hosting;

/// <summary>Numbers of JSON, read to the last digit or not at all.</summary>
public sealed class JsonNumberTests
{
    [TestCase("0", "0")]
    [TestCase("-0", "0")]
    [TestCase("0.0", "0")]
    [TestCase("-0.000", "0")]
    [TestCase("0e0", "0")]
    [TestCase("0E-5", "0")]
    [TestCase("0e999999999999", "0")]
    [TestCase("-0.0e-999999999999", "0")]
    [TestCase("0.00000000000000000000000000000000000000000000", "0")]
    [TestCase("1", "1")]
    [TestCase("-1", "-1")]
    [TestCase("5.0", "5")]
    [TestCase("9.99", "9.99")]
    [TestCase("-9.99", "-9.99")]
    [TestCase("9.990", "9.99")]
    [TestCase("9.99000000000000000000000000000000000000000000", "9.99")]
    [TestCase("0.1", "0.1")]
    [TestCase("0.01", "0.01")]
    [TestCase("100", "100")]
    [TestCase("100.0", "100")]
    [TestCase("1e2", "100")]
    [TestCase("1E2", "100")]
    [TestCase("1e+2", "100")]
    [TestCase("1E+2", "100")]
    [TestCase("1e0", "1")]
    [TestCase("1e-0", "1")]
    [TestCase("1e+0", "1")]
    [TestCase("1e00000000000000000000000000000000002", "100")]
    [TestCase("1e-00000000000000000000000000000000002", "0.01")]
    [TestCase("1.50e1", "15")]
    [TestCase("1500e-2", "15")]
    [TestCase("0.015e3", "15")]
    [TestCase("999e-2", "9.99")]
    [TestCase("99999999.99", "99999999.99")]
    [TestCase("9999999999e-2", "99999999.99")]
    [TestCase("2147483647", "2147483647")]
    [TestCase("2147483648", "2147483648")]
    [TestCase("9007199254740993", "9007199254740993")]
    [TestCase("0.1000000000000000055511151231", "0.1000000000000000055511151231")]
    [TestCase("9999999999999999999999999999", "9999999999999999999999999999")]
    [TestCase("-9999999999999999999999999999", "-9999999999999999999999999999")]
    [TestCase("0.9999999999999999999999999999", "0.9999999999999999999999999999")]
    [TestCase("12345678901234.56789012345678", "12345678901234.56789012345678")]
    [TestCase("0.0000000000000000000000000001", "0.0000000000000000000000000001")]
    [TestCase("1e-28", "0.0000000000000000000000000001")]
    [TestCase("10e-29", "0.0000000000000000000000000001")]
    [TestCase("1e28", "10000000000000000000000000000")]
    [TestCase("7e28", "70000000000000000000000000000")]
    [TestCase("0.00000000000000000000000000000000000000000000000001e50", "1")]
    [TestCase("100000000000000000000000000000000000000000000000000e-50", "1")]
    public void Reads_a_number_whatever_its_notation(string json, string value)
    {
        Assert.That(JsonNumber.TryParse(Encoding.ASCII.GetBytes(json), out var read), Is.True);
        Assert.That(read, Is.EqualTo(decimal.Parse(value, CultureInfo.InvariantCulture)));
    }

    [TestCase("9.9900000000000000000000000001", Description = "29 digits: it would be rounded to 9.99.")]
    [TestCase("9.99000000000000000000000000000000000000000000000001")]
    [TestCase("0.10000000000000000000000000000000000000000001")]
    [TestCase("0.00000000000000000000000000001")]
    [TestCase("1e-29")]
    [TestCase("-1e-29")]
    [TestCase("12345678901234.567890123456789")]
    [TestCase("99999999999999999999999999999")]
    [TestCase("9999999999999999999999999999.1")]
    [TestCase("8e28", Description = "The largest decimal is 79228162514264337593543950335.")]
    [TestCase("9999999999999999999999999999e1")]
    [TestCase("1e29")]
    [TestCase("100000000000000000000000000000")]
    [TestCase("1e400")]
    [TestCase("1e-400")]
    [TestCase("1e2147483647")]
    [TestCase("1e2147483648")]
    [TestCase("1e-2147483648")]
    [TestCase("1e-2147483649")]
    [TestCase("1e4294967298", Description = "2 in 32 bits.")]
    [TestCase("1e18446744073709551618", Description = "2 in 64 bits.")]
    [TestCase("1e999999999999")]
    [TestCase("-1e999999999999")]
    [TestCase("1e-999999999999")]
    [TestCase("0.1e-2147483648")]
    public void Reads_no_number_that_it_would_have_to_round(string json)
    {
        Assert.That(JsonNumber.TryParse(Encoding.ASCII.GetBytes(json), out var read), Is.False);
        Assert.That(read, Is.Zero);
    }

    [Test]
    public void Takes_a_number_of_a_megabyte()
    {
        var zeros = new string('0', 1_000_000);

        Assert.That(JsonNumber.TryParse(Encoding.ASCII.GetBytes($"1.{zeros}"), out var one), Is.True);
        Assert.That(one, Is.EqualTo(1m));
        Assert.That(JsonNumber.TryParse(Encoding.ASCII.GetBytes($"1{zeros}e-1000000"), out one), Is.True);
        Assert.That(one, Is.EqualTo(1m));
        Assert.That(JsonNumber.TryParse(Encoding.ASCII.GetBytes($"1.{zeros}1"), out _), Is.False);
    }

    [Test]
    public void Reads_every_number_of_up_to_28_digits_exactly([Values(1, 2, 9, 27, 28, 29, 30)] int length, [Values] bool negative)
    {
        var digits = "1234567891234567891234567891234567"[..length];
        for (var point = 0; point <= length; point++)
        {
            for (var exponent = -60; exponent <= 60; exponent++)
            {
                var mantissa = point == length ? digits : $"{(point == 0 ? "0" : digits[..point])}.{digits[point..]}";
                var json = $"{(negative ? "-" : "")}{mantissa}e{exponent}";
                // The number is digits * 10^scale.
                var scale = exponent - (length - point);

                var isRead = JsonNumber.TryParse(Encoding.ASCII.GetBytes(json), out var read);

                Assert.That(isRead, Is.EqualTo(length <= 28 && scale >= -28 && Fits(digits, scale)), json);
                Assert.That(isRead ? Exactly(read) : 0, Is.EqualTo(isRead ? Scaled(digits, scale, negative) : 0), json);
            }
        }
    }

    static bool Fits(string digits, int scale) => Scaled(digits, scale, negative: false) <= Exactly(decimal.MaxValue);

    // Every number here is a whole multiple of 10^-28, or is not to be read.
    static BigInteger Scaled(string digits, int scale, bool negative) =>
        (negative ? -1 : 1) * BigInteger.Parse(digits, CultureInfo.InvariantCulture) * BigInteger.Pow(10, Math.Max(0, scale + 28));

    static BigInteger Exactly(decimal number)
    {
        var bits = decimal.GetBits(number);
        var digits = new BigInteger((uint)bits[0]) + (new BigInteger((uint)bits[1]) << 32) + (new BigInteger((uint)bits[2]) << 64);
        return (number < 0 ? -1 : 1) * digits * BigInteger.Pow(10, 28 - number.Scale);
    }
}
