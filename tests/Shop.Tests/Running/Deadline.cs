namespace Shop.Tests.Running;

/// <summary>Lets a test that waits in vain fail instead of hang.</summary>
public static class Deadline
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <exception cref="TimeoutException">The task has not ended within 30 seconds.</exception>
    public static Task Soon(this Task task) => task.WaitAsync(Patience);

    /// <exception cref="TimeoutException">The task has not ended within 30 seconds.</exception>
    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Patience);
}
