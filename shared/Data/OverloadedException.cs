namespace Shop.Shared.Data;

/// <summary>The work was refused, and not begun, because too much of it is waiting already. Trying again later may succeed.</summary>
public sealed class OverloadedException(string message) : Exception(message);
