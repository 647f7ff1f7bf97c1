using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using FluentValidation;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Shop.Shared.Hosting;

/// <summary>
/// The query of a request, read into <see cref="Field{T}"/>: a parameter that is missing or empty is absent, one that is given more than
/// once is malformed. It remembers which were read; the others are unknown here.
/// </summary>
public sealed partial class QueryParameters
{
    readonly List<(string Name, string? Value)> given = [];
    readonly List<string> read = [];

    internal QueryParameters(HttpRequest request)
    {
        foreach (var pair in new QueryStringEnumerable(request.QueryString.Value))
        {
            given.Add((pair.DecodeName().ToString(), Decode(pair.EncodedValue.Span)));
        }
    }

    /// <summary>The parameters that were read and are given, in the order of reading, with their values as they were given.</summary>
    internal IEnumerable<KeyValuePair<string, string?>> Known => read
        .SelectMany(name => given.Where(parameter => parameter.Name == name && parameter.Value != ""))
        .Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Value));

    /// <summary>Text without surrounding white space; it is absent where there is nothing else. A NUL character makes it malformed.</summary>
    public Field<string> Text(string name) => Read(name) is var text && text.Is(value => value.Trim().Length == 0) ? default
        : Parse<string>(text, (string value, out string result) => !(result = value.Trim()).Contains('\0'));

    /// <summary>A whole number in digits.</summary>
    public Field<int> WholeNumber(string name) => Parse(Read(name), (string value, out int result) =>
        int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out result) && NumberForm().IsMatch(value));

    /// <summary>A number in digits, with decimals or without.</summary>
    public Field<decimal> Number(string name) => Parse<decimal>(Read(name), TryParse);

    /// <summary>The word <c>true</c> or <c>false</c>.</summary>
    public Field<bool> Flag(string name) =>
        Parse(Read(name), (string value, out bool result) => (result = value == "true") || value == "false");

    /// <summary>The end of a page of a collection, as <see cref="Cursor"/> writes it.</summary>
    public Field<long> Cursor(string name, string collection) =>
        Parse(Read(name), (string value, out long result) => Hosting.Cursor.TryRead(value, collection, out result));

    Field<string> Read(string name)
    {
        read.Add(name);
        return given.Where(parameter => parameter.Name == name).Select(parameter => parameter.Value).ToArray() switch
        {
            [] or [""] => default,
            [{ } value] => new(value),
            _ => Field<string>.Malformed,
        };
    }

    delegate bool Parser<T>(string text, out T value);

    static Field<T> Parse<T>(Field<string> text, Parser<T> parse) =>
        text.IsAbsent ? default
        : text.Is(_ => true) && parse(text.Value, out var value) ? new(value)
        : Field<T>.Malformed;

    static bool TryParse(string text, out decimal value)
    {
        value = 0;
        return NumberForm().IsMatch(text) && JsonNumber.TryParse(Encoding.ASCII.GetBytes(text), out value);
    }

    /// <summary>What stands behind a percent encoding, or null where that is none, or no UTF-8. The framework would leave such a value encoded.</summary>
    static string? Decode(ReadOnlySpan<char> encoded)
    {
        if (StrayPercent().IsMatch(encoded))
        {
            return null;
        }

        var bytes = Encoding.UTF8.GetBytes(encoded.ToArray());
        var decoded = WebUtility.UrlDecodeToBytes(bytes, 0, bytes.Length);
        return Utf8.IsValid(decoded) ? Encoding.UTF8.GetString(decoded) : null;
    }

    [GeneratedRegex(@"^-?(0|[1-9][0-9]*)(\.[0-9]+)?\z")]
    private static partial Regex NumberForm();

    [GeneratedRegex("%(?![0-9A-Fa-f]{2})")]
    private static partial Regex StrayPercent();
}

/// <summary>Reads and judges the query of a request.</summary>
public static class RequestQuery
{
    /// <summary>Reads the query and validates it, all faults at once.</summary>
    /// <param name="http">The request.</param>
    /// <param name="read">Makes a request of the parameters.</param>
    /// <param name="validator">What must be true of it.</param>
    /// <returns>The valid request with its parameters, or what is wrong with it; the other is null.</returns>
    public static (T? Query, InvalidRequest? Refusal) Read<T>(this HttpContext http, Func<QueryParameters, T> read, IValidator<T> validator)
        where T : class
    {
        var query = read(new(http.Request));
        var verdict = validator.Validate(query);
        return verdict.IsValid ? (query, null) : (null, InvalidRequest.Invalid(new(verdict.ToDictionary())));
    }
}
