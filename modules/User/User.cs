namespace Shop.User;

/// <summary>A user as clients see one.</summary>
sealed record User(int Id, string Username, string Email, DateTime CreatedAt);
