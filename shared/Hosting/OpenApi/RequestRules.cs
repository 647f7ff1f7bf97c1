using System.Reflection;
using System.Text.Json.Serialization;
using FluentValidation;
using Microsoft.OpenApi;

namespace Shop.Shared.Hosting.OpenApi;

/// <summary>What an operation takes, as its validator says, and an example of a body.</summary>
/// <param name="Validator">Judges the request; its rules say what the OpenAPI document says.</param>
/// <param name="Example">A body that is accepted where the sample data are, as JSON; null where the operation takes no body.</param>
sealed record RequestRules(IValidator Validator, string? Example)
{
    /// <summary>Members that come in the body, or in the query where there is no body.</summary>
    public IEnumerable<MemberSchema> Members => Described(isHeader: false);

    /// <summary>Members that come in headers.</summary>
    public IEnumerable<MemberSchema> Headers => Described(isHeader: true);

    /// <summary>What is answered where the first member is not as it must be.</summary>
    public InvalidRequest Refusal()
    {
        var rule = Validator.CreateDescriptor().Rules.First();
        return InvalidRequest.Invalid(new() { [rule.PropertyName] = [RulesOf([rule]).Last().Message] });
    }

    /// <summary>The schema of the body.</summary>
    public OpenApiSchema Body()
    {
        var members = Members.ToArray();
        foreach (var member in members.Where(member => member.Presence != Presence.Required))
        {
            // null counts as absent.
            member.Schema.Type |= JsonSchemaType.Null;
        }

        return new()
        {
            Type = JsonSchemaType.Object,
            Required = members.Where(member => member.Presence == Presence.Required).Select(member => member.Name).ToHashSet(),
            MinProperties = members.Any(member => member.Presence == Presence.OneOfAll) ? 1 : null,
            Properties = members.ToDictionary(member => member.Name, member => (IOpenApiSchema)member.Schema),
            // Unknown members are ignored.
            AdditionalProperties = new OpenApiSchema(),
        };
    }

    IEnumerable<MemberSchema> Described(bool isHeader) => Validator.CreateDescriptor().Rules
        .Where(rule => rule.Member.IsDefined(typeof(JsonIgnoreAttribute)) == isHeader)
        .GroupBy(rule => rule.PropertyName)
        .Select(member => Describe(member.Key, RulesOf(member)));

    static IEnumerable<IMemberRule> RulesOf(IEnumerable<IValidationRule> rules) =>
        rules.SelectMany(rule => rule.Components).Select(component => component.Validator).OfType<IMemberRule>();

    static MemberSchema Describe(string name, IEnumerable<IMemberRule> rules)
    {
        var member = new MemberSchema(name);
        foreach (var rule in rules)
        {
            rule.Describe(member);
            // Whether it must be there is said elsewhere.
            if (member.Schema.Type is not null)
            {
                member.Schema.Description = $"{member.Schema.Description} {rule.Message}".TrimStart();
            }
        }

        return member;
    }
}
