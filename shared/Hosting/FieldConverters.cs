using System.Text.Json;
using System.Text.Json.Serialization;

namespace Shop.Shared.Hosting;

/// <summary>Reads a <see cref="Field{T}"/>: what does not fit is skipped and becomes <see cref="Field{T}.Malformed"/>.</summary>
abstract class FieldConverter<T> : JsonConverter<Field<T>>
{
    public override bool HandleNull => true;

    public override Field<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return default;
        }

        var field = TryRead(ref reader, out var value) ? new Field<T>(value) : Field<T>.Malformed;
        reader.Skip();
        return field;
    }

    public override void Write(Utf8JsonWriter writer, Field<T> value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Fields are read, never written.");

    protected abstract bool TryRead(ref Utf8JsonReader reader, out T value);
}

/// <summary>Text without surrounding white space. A NUL character, which PostgreSQL cannot store, makes it malformed.</summary>
sealed class TextConverter : FieldConverter<string>
{
    protected override bool TryRead(ref Utf8JsonReader reader, out string value)
    {
        value = "";
        if (reader.TokenType != JsonTokenType.String)
        {
            return false;
        }

        try
        {
            value = reader.GetString()!.Trim();
        }
        // The reader has no other way to say that an escaped surrogate (\ud800) lacks its other half.
        catch (InvalidOperationException)
        {
            return false;
        }

        return !value.Contains('\0');
    }
}

/// <summary>A number by its value: 5.0 is whole.</summary>
sealed class WholeNumberConverter : FieldConverter<int>
{
    protected override bool TryRead(ref Utf8JsonReader reader, out int value)
    {
        value = 0;
        if (reader.TokenType != JsonTokenType.Number
            || !JsonNumber.TryParse(reader.ValueSpan, out var number)
            || number != decimal.Truncate(number)
            || number is < int.MinValue or > int.MaxValue)
        {
            return false;
        }

        value = (int)number;
        return true;
    }
}

/// <summary>A number that a decimal holds exactly.</summary>
sealed class DecimalConverter : FieldConverter<decimal>
{
    protected override bool TryRead(ref Utf8JsonReader reader, out decimal value)
    {
        value = 0;
        return reader.TokenType == JsonTokenType.Number && JsonNumber.TryParse(reader.ValueSpan, out value);
    }
}
