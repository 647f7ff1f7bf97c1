using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.OpenApi;

namespace Shop.Shared.Hosting.OpenApi;

/// <summary>A rule that has something to say of its member in the OpenAPI document.</summary>
interface IMemberRule
{
    /// <summary>What a client reads when the rule is broken.</summary>
    string Message { get; }

    void Describe(MemberSchema member);
}

/// <summary>Whether a member of a request must be there.</summary>
enum Presence
{
    Optional,

    /// <summary>It may be left out where another is given.</summary>
    OneOfAll,

    Required,
}

/// <summary>What the OpenAPI document says of a member of a request: its rules fill this in, one after the other.</summary>
sealed class MemberSchema(string name)
{
    // The regular expressions of .NET in the words that those of JSON Schema (ECMA-262) and of most other languages share: the end of the text,
    // control characters, and characters of format.
    static readonly Dictionary<string, string> Dialect = new()
    {
        [@"\z"] = "$",
        [@"\p{Cc}"] = @"\u0000-\u001F\u007F-\u009F",
        [@"\p{Cf}"] = @"\u00AD\u0600-\u0605\u061C\u06DD\u070F\u08E2\u180E\u200B-\u200F\u202A-\u202E\u2060-\u2064\u2066-\u206F\uFEFF\uFFF9-\uFFFB",
    };

    public string Name => name;

    public Presence Presence { get; set; }

    public OpenApiSchema Schema { get; } = new();

    public void WholeNumber(int min, int max, int? unset)
    {
        Schema.Type = JsonSchemaType.Integer;
        Schema.Format = "int32";
        (Schema.Minimum, Schema.Maximum) = (Number(min), Number(max));
        Schema.Default = unset;
    }

    public void Money(decimal min, decimal max)
    {
        Schema.Type = JsonSchemaType.Number;
        (Schema.Minimum, Schema.Maximum) = (Number(min), Number(max));
        Schema.MultipleOf = 0.01m;
    }

    public void Text(int min, int max)
    {
        Schema.Type = JsonSchemaType.String;
        (Schema.MinLength, Schema.MaxLength) = (min, max);
        // Text is trimmed before it is measured, and PostgreSQL cannot store a NUL.
        Schema.Pattern = @"^[^\u0000]*[^\s\u0000][^\u0000]*$";
    }

    public void TextLike(Regex form)
    {
        Schema.Type = JsonSchemaType.String;
        Schema.Pattern = Dialect.Aggregate(form.ToString(), (pattern, word) => pattern.Replace(word.Key, word.Value, StringComparison.Ordinal));
    }

    public void Flag() => Schema.Type = JsonSchemaType.Boolean;

    public void Word() => Schema.Type = JsonSchemaType.String;

    public void OneOf(IReadOnlyList<string> words)
    {
        Schema.Type = JsonSchemaType.String;
        Schema.Enum = [.. words.Select(word => (JsonNode)word)];
    }

    static string Number(decimal number) => number.ToString(CultureInfo.InvariantCulture);
}
