namespace Shop.Tests.Ops;

/// <summary>An alert in a message of Alertmanager's, as its webhook posts it.</summary>
sealed record Notice(string Status, IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Annotations);

/// <summary>The message.</summary>
sealed record Message(IReadOnlyList<Notice> Alerts);
