using Microsoft.AspNetCore.Http;

namespace Shop.Shared.Hosting;

/// <summary>
/// A member of a request: absent, malformed (of the wrong type, or a value that its type cannot hold), or a value. Reading a request
/// never fails on a member, so validation sees them all and names every fault at once. <c>null</c> counts as absent.
/// </summary>
/// <typeparam name="T">The type of a well-formed value: <see cref="string"/>, <see cref="int"/> or <see cref="decimal"/>.</typeparam>
public readonly record struct Field<T>
{
    readonly bool given;
    readonly bool wellFormed;
    readonly T? value;

    /// <summary>A well-formed value.</summary>
    public Field(T value)
    {
        (given, wellFormed) = (true, true);
        this.value = value;
    }

    Field(bool given) => this.given = given;

    /// <summary>A member that was given as something that is no <typeparamref name="T"/>.</summary>
    internal static Field<T> Malformed { get; } = new(given: true);

    /// <summary>Whether the member is missing or <c>null</c>.</summary>
    public bool IsAbsent => !given;

    /// <summary>The value.</summary>
    /// <exception cref="InvalidOperationException">There is none: the member is absent or malformed.</exception>
    public T Value => wellFormed ? value! : throw new InvalidOperationException("The member has no value.");

    /// <summary>Whether there is a well-formed value that fulfils <paramref name="condition"/>.</summary>
    public bool Is(Func<T, bool> condition) => wellFormed && condition(value!);
}

/// <summary>Values of members that may be left out.</summary>
public static class OptionalFields
{
    /// <summary>The value, or null where the member is absent.</summary>
    public static string? OrNull(this Field<string> field) => field.IsAbsent ? null : field.Value;

    /// <inheritdoc cref="OrNull(Field{string})"/>
    public static T? OrNull<T>(this Field<T> field)
        where T : struct => field.IsAbsent ? null : field.Value;
}

/// <summary>Reads headers as members of a request.</summary>
public static class HeaderFields
{
    /// <summary>A header's value. One that is given more than once is malformed.</summary>
    public static Field<string> Field(this IHeaderDictionary headers, string name) =>
        !headers.TryGetValue(name, out var values) ? default
        : values is [{ } value] ? new Field<string>(value)
        : Hosting.Field<string>.Malformed;
}
