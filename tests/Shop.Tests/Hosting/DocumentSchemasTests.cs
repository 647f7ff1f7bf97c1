using System.Text.Json;
using Json.Schema;
using NUnit.Framework;
using Shop.Tests.Running.OpenApi;

namespace Shop.Tests.Hosting;

/// <summary>The judge of every response that a test receives.</summary>
public sealed class DocumentSchemasTests
{
    const string Document =
        """
        {
            "components": {
                "schemas": {
                    "item": { "type": "object", "properties": { "id": { "type": "integer" } } },
                    "open": { "type": "object", "properties": { "id": { "type": "integer" } }, "additionalProperties": {} },
                    "misspelled": { "type": "object", "properties": { "id": { "maximun": 3 } } }
                }
            }
        }
        """;

    [TestCase("""{ "$ref": "#/components/schemas/item" }""", """{ "id": 5.0 }""", true)]
    [TestCase("""{ "$ref": "#/components/schemas/item" }""", """{ "id": "5" }""", false)]
    [TestCase("""{ "$ref": "#/components/schemas/item" }""", """{ "name": 5 }""", false)]
    [TestCase("""{ "$ref": "#/components/schemas/open" }""", """{ "name": 5 }""", true)]
    [TestCase("""{ "items": { "$ref": "#/components/schemas/item" } }""", """[{ "id": 5 }, { "name": 5 }]""", false)]
    [TestCase("""{ "properties": { "inner": { "properties": {} } } }""", """{ "inner": { "name": 5 } }""", false)]
    [TestCase("""{ "oneOf": [{ "type": "integer" }, { "const": 5 }] }""", "5", false)]
    [TestCase("""{ "oneOf": [{ "type": "integer" }, { "const": 5 }] }""", "6", true)]
    [TestCase("""{ "oneOf": [{ "type": "integer" }, { "const": 5 }] }""", "\"5\"", false)]
    [TestCase("""{ "maxLength": 1 }""", "\"\\ud83d\\ude00\"", true)]
    [TestCase("""{ "maxLength": 1 }""", "\"e\\u0301\"", false)]
    [TestCase("""{ "minLength": 2 }""", "\"\\ud83d\\ude00\"", false)]
    [TestCase("""{ "minLength": 2 }""", "\"e\\u0301\"", true)]
    [TestCase("""{ "pattern": "^\\S$" }""", "\"\\u00a0\"", false)]
    [TestCase("""{ "multipleOf": 0.01 }""", "99999999.99", true)]
    [TestCase("""{ "multipleOf": 0.01 }""", "99999999.991", false)]
    [TestCase("""{ "maximum": 9007199254740992 }""", "9007199254740993", false)]
    public void A_value_is_valid_or_not(string schema, string value, bool isValid) =>
        Assert.That(new DocumentSchemas(Json(Document)).Faults(Json(value), Json(schema)), isValid ? Is.Empty : Is.Not.Empty);

    [TestCase("""{ "maximun": 3 }""")]
    [TestCase("""{ "$ref": "#/components/schemas/misspelled" }""")]
    public void An_unknown_keyword_is_an_error(string schema) =>
        Assert.That(() => new DocumentSchemas(Json(Document)).Faults(Json("{}"), Json(schema)), Throws.InstanceOf<JsonSchemaException>());

    static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
