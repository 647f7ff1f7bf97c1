using System.Text.RegularExpressions;
using FluentValidation;
using Shop.Shared.Hosting;

namespace Shop.User;

/// <summary>What a client says of a user that it creates or changes.</summary>
sealed record UserRequest
{
    public Field<string> Username { get; init; }

    public Field<string> Email { get; init; }

    public bool IsEmpty => Username.IsAbsent && Email.IsAbsent;
}

/// <summary>What is true of every user.</summary>
static partial class UserRules
{
    public static void Username(this IRuleBuilder<UserRequest, Field<string>> rule) => rule.TextLike(
        UsernameForm(), "Must be 3 to 100 of ASCII letters, digits, '.', '_' and '-'.");

    public static void Email(this IRuleBuilder<UserRequest, Field<string>> rule) => rule.Text(3, 255).TextLike(
        EmailForm(), "Must be an e-mail address: one @, and a domain with a dot.");

    [GeneratedRegex(@"^[A-Za-z0-9._-]{3,100}\z")]
    private static partial Regex UsernameForm();

    [GeneratedRegex(@"^[^@\s\p{Cc}\p{Cf}]+@[^@\s\p{Cc}\p{Cf}.]+(\.[^@\s\p{Cc}\p{Cf}.]+)+\z")]
    private static partial Regex EmailForm();
}
