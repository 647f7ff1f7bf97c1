using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Shop.Shared.Hosting.OpenApi;

/// <summary>Says of the types in answers how they are written (<see cref="Json"/>).</summary>
sealed class SchemaTransformer : IOpenApiSchemaTransformer
{
    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var (type, member) = (context.JsonTypeInfo.Type, context.JsonPropertyInfo);
        if (type == typeof(DateTime))
        {
            schema.Type = JsonSchemaType.String;
            (schema.Format, schema.Pattern) = ("date-time", @"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$");
        }
        else if (type == typeof(decimal))
        {
            // To say "two decimals" by multipleOf would be true, but many validators divide in binary and find 19.99 to be none.
            (schema.Format, schema.Description) = ("decimal", "Written with two decimals.");
        }
        else if (member is not null && (member.Name == "id" || member.Name.EndsWith("_id", StringComparison.Ordinal)))
        {
            schema.Minimum = "1";
            schema.Maximum = (type == typeof(long) ? PathId.Largest : int.MaxValue).ToString(CultureInfo.InvariantCulture);
        }
        else if (context.JsonTypeInfo.Kind == JsonTypeInfoKind.Object)
        {
            // Every member is always written.
            schema.Required = schema.Properties?.Keys.ToHashSet();
        }

        if (member?.AttributeProvider?.GetCustomAttributes(typeof(AllowedValuesAttribute), inherit: false) is [AllowedValuesAttribute allowed])
        {
            schema.Enum = [.. allowed.Values.Select(word => (JsonNode)(string)word!)];
        }

        return Task.CompletedTask;
    }
}
