using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using NUnit.Framework;
using Shop.Shared.Hosting;

namespace Shop.Tests.Architecture;

/// <summary>The walls between modules that no compiler sees: what stands in their SQL.</summary>
[TestFixtureSource(typeof(Repository), nameof(Repository.Modules))]
sealed partial class SqlTests(Module module)
{
    IEnumerable<(string File, string Sql)> Statements =>
        from file in Files
        from text in file.Root.DescendantNodes()
        where text is InterpolatedStringExpressionSyntax || text.IsKind(SyntaxKind.StringLiteralExpression)
        let sql = Text(text, Fragments)
        where Verb().IsMatch(sql)
        select (file.Name, sql);

    (string Name, SyntaxNode Root)[] Files { get; } =
        [.. module.Sources.Select(file => (Path.GetFileName(file), CSharpSyntaxTree.ParseText(File.ReadAllText(file)).GetRoot()))];

    /// <summary>Constants and methods that return parts of a statement, by name.</summary>
    ILookup<string, SyntaxNode> Fragments => Files
        .SelectMany(file => file.Root.DescendantNodes())
        .Where(node => node is VariableDeclaratorSyntax { Parent.Parent: FieldDeclarationSyntax }
            or MethodDeclarationSyntax { ReturnType: PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.StringKeyword } })
        .ToLookup(node => node is MethodDeclarationSyntax method ? method.Identifier.ValueText : ((VariableDeclaratorSyntax)node).Identifier.ValueText);

    [Test]
    public void There_is_SQL_to_look_at() => Assert.That(Statements.Count(), Is.GreaterThan(1));

    [Test]
    public void It_names_no_schema_but_its_own()
    {
        var own = ((IModule)Activator.CreateInstance(module.Assembly.GetExportedTypes().Single())!).Schema;
        Assert.That(Repository.Schemas, Does.Contain(own));
        var foreign = Repository.Schemas.Where(schema => schema != own).Append("migrations").ToArray();
        var trespasses = Statements.Where(statement => foreign.Any(schema =>
            Regex.IsMatch(statement.Sql, $"""\b"?{schema}"?\s*\.""", RegexOptions.IgnoreCase)));
        Assert.That(trespasses, Is.Empty);
    }

    [Test]
    public void Every_table_stands_with_its_schema()
    {
        // A name behind from, join, into or update is a table's, unless a common table expression or a function has it.
        var bare = Statements.SelectMany(statement => Table().Matches(statement.Sql)
            .Select(match => match.Groups[1].Value)
            .Where(name => !name.Contains('.', StringComparison.Ordinal) && name is not ("unnest" or "drawn" or "inserted" or "wish" or "found" or "free"))
            .Select(name => (statement.File, name)));
        Assert.That(bare, Is.Empty);
    }

    [Test]
    public void Columns_are_named() => Assert.That(Statements.Where(statement => Star().IsMatch(statement.Sql)), Is.Empty);

    [Test]
    public void Locks_are_no_stronger_than_for_no_key_update() =>
        Assert.That(Statements.Where(statement => StrongLock().IsMatch(statement.Sql)), Is.Empty);

    /// <summary>Returns the strings within a node in their order. A name in an interpolation stands for the strings of the fragments with that name.</summary>
    static string Text(SyntaxNode node, ILookup<string, SyntaxNode>? fragments) => node switch
    {
        InterpolatedStringTextSyntax text => text.TextToken.ValueText,
        LiteralExpressionSyntax literal when literal.IsKind(SyntaxKind.StringLiteralExpression) => literal.Token.ValueText,
        IdentifierNameSyntax name => string.Join(' ', fragments?[name.Identifier.ValueText].Select(fragment => Text(fragment, fragments: null)) ?? []),
        InterpolatedStringExpressionSyntax text => string.Concat(text.Contents.Select(content => Text(content, fragments))),
        // Alternatives, for example of a conditional expression, are separate words.
        _ => string.Join(' ', node.ChildNodes().Select(child => Text(child, fragments)).Where(text => text.Length > 0)),
    };

    [GeneratedRegex(@"^\s*(with|select|insert into|update|delete from)\s", RegexOptions.IgnoreCase)]
    private static partial Regex Verb();

    [GeneratedRegex(@"\b(?:from|join|insert into|update)\s+(?!set\b|skip\b)([a-z_.]+)", RegexOptions.IgnoreCase)]
    private static partial Regex Table();

    [GeneratedRegex(@"select\s+\*", RegexOptions.IgnoreCase)]
    private static partial Regex Star();

    [GeneratedRegex(@"for\s+(update|share)\b", RegexOptions.IgnoreCase)]
    private static partial Regex StrongLock();
}
