namespace Shop.Shared.Data;

/// <summary>The connection was lost after a write was sent and before its result was read, and the server could not be asked what became of it.</summary>
public sealed class OutcomeUnknownException(Exception inner) : Exception($"The outcome of a write is unknown: {inner.Message}", inner);
