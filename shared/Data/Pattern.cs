namespace Shop.Shared.Data;

/// <summary>What PostgreSQL's <c>like</c> looks for.</summary>
public static class Pattern
{
    /// <summary>Matches what has <paramref name="part"/> in it. No character of that is special.</summary>
    public static string Containing(string part) => $"%{part.Replace(@"\", @"\\").Replace("%", @"\%").Replace("_", @"\_")}%";
}
