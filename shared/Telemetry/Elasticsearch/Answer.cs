namespace Shop.Shared.Telemetry.Elasticsearch;

/// <summary>What an answer of Elasticsearch means for the documents whose fate it leaves open.</summary>
enum Verdict
{
    /// <summary>There are none: each has arrived or was given up.</summary>
    Settled,

    /// <summary>They are to be sent again, later.</summary>
    TryAgain,

    /// <summary>They were too many bytes at once.</summary>
    TooLarge,

    /// <summary>We may not send any, until somebody changes that.</summary>
    NotAllowed,
}

/// <summary>An answer, or that there was none.</summary>
/// <param name="Verdict">What to do.</param>
/// <param name="Open">The documents whose fate is still open.</param>
/// <param name="Reason">Why, in a few words for an operator.</param>
/// <param name="RetryAfter">How long Elasticsearch wants to be left alone, where it says so.</param>
sealed record Answer(Verdict Verdict, IReadOnlyList<Document> Open, string Reason = "", TimeSpan? RetryAfter = null);
