namespace Shop.Drill;

/// <summary>Something that goes wrong in a shop.</summary>
/// <param name="Name">What went wrong, to be read.</param>
/// <param name="Inject">Brings it about. What it returns puts it right again when it is disposed of.</param>
/// <param name="Alerts">What somebody must be told of it.</param>
sealed record Fault(string Name, Func<Task<IAsyncDisposable>> Inject, params IReadOnlyList<ExpectedAlert> Alerts);

/// <summary>An alert that must reach the webhook.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Labels">Those by which it is known from others of that name.</param>
/// <param name="Within">How soon; three minutes if nothing is said.</param>
sealed record ExpectedAlert(string Name, IReadOnlyDictionary<string, string> Labels, TimeSpan? Within = null)
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>How long it may take to fire.</summary>
    public TimeSpan Limit => Within ?? Patience;
}
