namespace Shop.Harness.Monitoring;

/// <summary>An alert in a notification of Alertmanager's webhook.</summary>
/// <param name="Status"><c>firing</c> or <c>resolved</c>.</param>
/// <param name="Labels">Labels, <c>alertname</c> among them.</param>
/// <param name="Annotations">Annotations.</param>
public sealed record Notice(string Status, IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Annotations);
