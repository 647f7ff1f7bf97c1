namespace Shop.Drill;

/// <summary>Puts something right again when it is disposed of.</summary>
sealed class Healing(Func<Task> heal) : IAsyncDisposable
{
    public async ValueTask DisposeAsync() => await heal();
}
