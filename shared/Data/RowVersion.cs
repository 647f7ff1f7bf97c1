namespace Shop.Shared.Data;

/// <summary>
/// The column <c>version</c> (<c>integer</c>), which is the ETag of a row. It only has to differ from its recent predecessors, so after 2147483647
/// it starts again at 1.
/// </summary>
public static class RowVersion
{
    /// <summary>Expression for the next version of the row that a statement updates. The table's alias is <c>target</c>.</summary>
    public const string Next = "target.version % 2147483647 + 1";
}
