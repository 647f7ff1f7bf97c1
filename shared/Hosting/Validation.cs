using System.Globalization;
using System.Text.RegularExpressions;
using FluentValidation;
using FluentValidation.Validators;
using Shop.Shared.Hosting.OpenApi;

namespace Shop.Shared.Hosting;

/// <summary>
/// The rules that a member of a request can have, each with what the OpenAPI document says of it. A member that is absent breaks none but
/// <see cref="Required"/>.
/// </summary>
public static class FieldRules
{
    /// <summary>The member must be there.</summary>
    public static IRuleBuilderOptions<T, Field<TValue>> Required<T, TValue>(this IRuleBuilder<T, Field<TValue>> rule) =>
        rule.SetValidator(new FieldRule<T, TValue>(
            "Required", "Is required.", (_, field) => !field.IsAbsent, member => member.Presence = Presence.Required));

    /// <summary>The member must be there if nothing else is.</summary>
    /// <param name="rule">The member's rules.</param>
    /// <param name="isEmpty">Whether a request has no member at all: a fault of each.</param>
    public static IRuleBuilderOptions<T, Field<TValue>> RequiredIf<T, TValue>(
        this IRuleBuilder<T, Field<TValue>> rule, Func<T, bool> isEmpty) =>
        rule.SetValidator(new FieldRule<T, TValue>(
            "RequiredIf",
            "Is required where nothing else is given.",
            (request, _) => !isEmpty(request),
            member => member.Presence = Presence.OneOfAll));

    /// <summary>A whole number between two bounds, both included.</summary>
    /// <param name="rule">The member's rules.</param>
    /// <param name="min">The smallest.</param>
    /// <param name="max">The largest.</param>
    /// <param name="unset">What it is where the member is absent; null where that means something of its own.</param>
    public static IRuleBuilderOptions<T, Field<int>> WholeNumber<T>(
        this IRuleBuilder<T, Field<int>> rule, int min, int max, int? unset = null) =>
        rule.SetValidator(new FieldRule<T, int>(
            "WholeNumber",
            $"Must be a whole number from {min} to {max}.",
            (_, field) => field.IsAbsent || field.Is(number => number >= min && number <= max),
            member => member.WholeNumber(min, max, unset)));

    /// <summary>A number between two bounds, both included, of at most two decimals.</summary>
    public static IRuleBuilderOptions<T, Field<decimal>> Money<T>(this IRuleBuilder<T, Field<decimal>> rule, decimal min, decimal max) =>
        rule.SetValidator(new FieldRule<T, decimal>(
            "Money",
            string.Create(CultureInfo.InvariantCulture, $"Must be a number from {min:0.00} to {max:0.00} with at most two decimals."),
            (_, field) => field.IsAbsent || field.Is(number => number >= min && number <= max && decimal.Round(number, 2) == number),
            member => member.Money(min, max)));

    /// <summary>Text whose length in Unicode code points is between two bounds, both included.</summary>
    public static IRuleBuilderOptions<T, Field<string>> Text<T>(this IRuleBuilder<T, Field<string>> rule, int min, int max) =>
        rule.SetValidator(new FieldRule<T, string>(
            "Text",
            $"Must be text of {min} to {max} characters, without NUL and lone surrogates.",
            (_, field) => field.IsAbsent || field.Is(text => text.EnumerateRunes().Count() is var length && length >= min && length <= max),
            member => member.Text(min, max)));

    /// <summary>True or false.</summary>
    public static IRuleBuilderOptions<T, Field<bool>> Flag<T>(this IRuleBuilder<T, Field<bool>> rule) =>
        rule.SetValidator(new FieldRule<T, bool>(
            "Flag", "Must be true or false.", (_, field) => field.IsAbsent || field.Is(_ => true), member => member.Flag()));

    /// <summary>The end of a page, as an answer before gave it.</summary>
    public static IRuleBuilderOptions<T, Field<long>> Cursor<T>(this IRuleBuilder<T, Field<long>> rule) =>
        rule.SetValidator(new FieldRule<T, long>(
            "Cursor",
            "Must be as it stands in the next of a page of this list.",
            (_, field) => field.IsAbsent || field.Is(_ => true),
            member => member.Word()));

    /// <summary>Text of a certain form.</summary>
    /// <param name="rule">The member's rules.</param>
    /// <param name="form">What the whole text matches.</param>
    /// <param name="message">A sentence that says what the form is.</param>
    public static IRuleBuilderOptions<T, Field<string>> TextLike<T>(
        this IRuleBuilder<T, Field<string>> rule, Regex form, string message) =>
        rule.SetValidator(new FieldRule<T, string>(
            "TextLike", message, (_, field) => field.IsAbsent || field.Is(form.IsMatch), member => member.TextLike(form)));

    /// <summary>One of a few words.</summary>
    public static IRuleBuilderOptions<T, Field<string>> OneOf<T>(this IRuleBuilder<T, Field<string>> rule, IReadOnlyList<string> words) =>
        rule.SetValidator(new FieldRule<T, string>(
            "OneOf",
            $"Must be one of {string.Join(", ", words)}.",
            (_, field) => field.IsAbsent || field.Is(words.Contains),
            member => member.OneOf(words)));
}

/// <summary>One rule, the sentence that a client reads when it is broken, and what the OpenAPI document says of the member.</summary>
sealed class FieldRule<T, TValue>(string name, string message, Func<T, Field<TValue>, bool> condition, Action<MemberSchema> describe)
    : PropertyValidator<T, Field<TValue>>, IMemberRule
{
    public override string Name => name;

    public string Message => message;

    public void Describe(MemberSchema member) => describe(member);

    public override bool IsValid(ValidationContext<T> context, Field<TValue> value) => condition(context.InstanceToValidate, value);

    protected override string GetDefaultMessageTemplate(string errorCode) => message;
}
