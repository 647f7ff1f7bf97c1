using System.Text.Json;
using System.Text.RegularExpressions;
using Json.Schema;
using Json.Schema.Keywords;

namespace Shop.Tests.Running.OpenApi;

// JSON Schema counts the length of a string in code points (RFC 8259), and its patterns have the white space of Unicode (ECMA-262). JsonSchema.Net
// counts grapheme clusters, and has the white space of ASCII.

/// <summary><c>pattern</c>, with the white space of Unicode.</summary>
sealed class UnicodePattern : PatternKeyword
{
    public override object? ValidateKeywordValue(JsonElement value) => new Regex(value.GetString()!);
}

/// <summary><c>minLength</c>, in code points.</summary>
sealed class MinCodePoints : MinLengthKeyword
{
    public override KeywordEvaluation Evaluate(KeywordData keyword, EvaluationContext context) =>
        CodePoints.In(context.Instance) is not { } length ? KeywordEvaluation.Ignore
            : new() { Keyword = Name, IsValid = length >= (long)keyword.Value!, Error = $"{length} code points are too few" };
}

/// <summary><c>maxLength</c>, in code points.</summary>
sealed class MaxCodePoints : MaxLengthKeyword
{
    public override KeywordEvaluation Evaluate(KeywordData keyword, EvaluationContext context) =>
        CodePoints.In(context.Instance) is not { } length ? KeywordEvaluation.Ignore
            : new() { Keyword = Name, IsValid = length <= (long)keyword.Value!, Error = $"{length} code points are too many" };
}

static class CodePoints
{
    /// <summary>Returns the number of code points of a string, or null if the value is none.</summary>
    public static int? In(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()!.EnumerateRunes().Count() : null;
}
