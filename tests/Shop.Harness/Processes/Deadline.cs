namespace Shop.Harness.Processes;

/// <summary>Makes an endless wait fail.</summary>
public static class Deadline
{
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(90);

    /// <summary>Returns the task with a timeout of 90 s.</summary>
    /// <exception cref="TimeoutException">The task has not completed within 90 s.</exception>
    public static Task Soon(this Task task) => task.WaitAsync(Timeout);

    /// <inheritdoc cref="Soon(Task)"/>
    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Timeout);
}
