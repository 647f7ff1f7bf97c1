using System.Globalization;
using System.Text.Json;
using FluentValidation;
using FluentValidation.Validators;

namespace Shop.Shared.Hosting;

/// <summary>Validates a request whose members are <see cref="Field{T}"/>; faults are keyed by the member's name in JSON.</summary>
public abstract class RequestValidator<T> : AbstractValidator<T>
{
    static RequestValidator() =>
        ValidatorOptions.Global.PropertyNameResolver = (_, member, _) => member is null ? null : JsonNamingPolicy.SnakeCaseLower.ConvertName(member.Name);
}

/// <summary>The rules that a member of a request can have. One that is absent breaks none but <see cref="Required"/>.</summary>
public static class FieldRules
{
    /// <summary>The member must be there.</summary>
    public static IRuleBuilderOptions<T, Field<TValue>> Required<T, TValue>(this IRuleBuilder<T, Field<TValue>> rule) =>
        rule.SetValidator(new FieldRule<T, TValue>("Required", "Is required.", field => !field.IsAbsent));

    /// <summary>The member must be there if nothing else is.</summary>
    /// <param name="rule">The member's rules.</param>
    /// <param name="isEmpty">Whether a request has no member at all: a fault of each.</param>
    public static IRuleBuilderOptions<T, Field<TValue>> RequiredIf<T, TValue>(
        this IRuleBuilder<T, Field<TValue>> rule, Func<T, bool> isEmpty) =>
        rule.Must((request, _) => !isEmpty(request)).WithMessage("Is required where nothing else is given.");

    /// <summary>A whole number between two bounds, both included.</summary>
    public static IRuleBuilderOptions<T, Field<int>> WholeNumber<T>(this IRuleBuilder<T, Field<int>> rule, int min, int max) =>
        rule.SetValidator(new FieldRule<T, int>(
            "WholeNumber",
            $"Must be a whole number from {min} to {max}.",
            field => field.IsAbsent || field.Is(number => number >= min && number <= max)));

    /// <summary>A number between two bounds, both included, of at most two decimals.</summary>
    public static IRuleBuilderOptions<T, Field<decimal>> Money<T>(this IRuleBuilder<T, Field<decimal>> rule, decimal min, decimal max) =>
        rule.SetValidator(new FieldRule<T, decimal>(
            "Money",
            string.Create(CultureInfo.InvariantCulture, $"Must be a number from {min:0.00} to {max:0.00} with at most two decimals."),
            field => field.IsAbsent || field.Is(number => number >= min && number <= max && decimal.Round(number, 2) == number)));

    /// <summary>Text whose length in Unicode code points is between two bounds, both included.</summary>
    public static IRuleBuilderOptions<T, Field<string>> Text<T>(this IRuleBuilder<T, Field<string>> rule, int min, int max) =>
        rule.SetValidator(new FieldRule<T, string>(
            "Text",
            $"Must be text of {min} to {max} characters, without NUL.",
            field => field.IsAbsent || field.Is(text => text.EnumerateRunes().Count() is var length && length >= min && length <= max)));

    /// <summary>One of some words.</summary>
    public static IRuleBuilderOptions<T, Field<string>> OneOf<T>(this IRuleBuilder<T, Field<string>> rule, IReadOnlyList<string> words) =>
        rule.SetValidator(new FieldRule<T, string>(
            "OneOf", $"Must be one of {string.Join(", ", words)}.", field => field.IsAbsent || field.Is(words.Contains)));

    /// <summary>True or false.</summary>
    public static IRuleBuilderOptions<T, Field<bool>> Flag<T>(this IRuleBuilder<T, Field<bool>> rule) =>
        rule.SetValidator(new FieldRule<T, bool>("Flag", "Must be true or false.", field => field.IsAbsent || field.Is(_ => true)));

    /// <summary>The end of a page, as an answer before gave it.</summary>
    public static IRuleBuilderOptions<T, Field<long>> Cursor<T>(this IRuleBuilder<T, Field<long>> rule) =>
        rule.SetValidator(new FieldRule<T, long>(
            "Cursor", "Must be as it stands in the next of a page of this list.", field => field.IsAbsent || field.Is(_ => true)));

    /// <summary>Text of a certain form.</summary>
    /// <param name="rule">The member's rules.</param>
    /// <param name="condition">Whether a text has that form.</param>
    /// <param name="message">A sentence that says what the form is.</param>
    public static IRuleBuilderOptions<T, Field<string>> TextLike<T>(
        this IRuleBuilder<T, Field<string>> rule, Func<string, bool> condition, string message) =>
        rule.SetValidator(new FieldRule<T, string>("TextLike", message, field => field.IsAbsent || field.Is(condition)));
}

/// <summary>One rule and the sentence that a client reads when it is broken.</summary>
sealed class FieldRule<T, TValue>(string name, string message, Func<Field<TValue>, bool> condition) : PropertyValidator<T, Field<TValue>>
{
    public override string Name => name;

    public override bool IsValid(ValidationContext<T> context, Field<TValue> value) => condition(value);

    protected override string GetDefaultMessageTemplate(string errorCode) => message;
}
