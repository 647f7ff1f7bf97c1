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
    public string Name => name;

    public Presence Presence { get; set; }

    public OpenApiSchema Schema { get; } = new();

    public void WholeNumber(int min, int max)
    {
        Schema.Type = JsonSchemaType.Integer;
        Schema.Format = "int32";
        (Schema.Minimum, Schema.Maximum) = (Number(min), Number(max));
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
        // In the words that the regular expressions of JSON Schema (ECMA-262) share with those of .NET.
        Schema.Pattern = form.ToString()
            .Replace(@"\z", "$", StringComparison.Ordinal)
            .Replace(@"\p{C}", @"\u0000-\u001F\u007F-\u009F", StringComparison.Ordinal);
    }

    public void OneOf(IReadOnlyList<string> words)
    {
        Schema.Type = JsonSchemaType.String;
        Schema.Enum = [.. words.Select(word => (JsonNode)word)];
    }

    static string Number(decimal number) => number.ToString(CultureInfo.InvariantCulture);
}
