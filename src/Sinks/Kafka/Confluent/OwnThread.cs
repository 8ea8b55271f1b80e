namespace Emergence.Sinks.Kafka.Confluent;

/// <summary>Threads for calls that block inside the library: the pool's are for work that does not.</summary>
internal static class OwnThread
{
    /// <summary>Runs something that blocks.</summary>
    /// <param name="work">The work.</param>
    public static Task RunAsync(Action work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);

    /// <summary>Runs something that blocks and has a result.</summary>
    /// <typeparam name="T">The result.</typeparam>
    /// <param name="work">The work.</param>
    public static Task<T> RunAsync<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
}
