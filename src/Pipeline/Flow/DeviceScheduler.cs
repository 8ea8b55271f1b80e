using System.Collections.Concurrent;

namespace Emergence.Pipeline.Flow;

/// <summary>
/// Runs everything on one long-lived thread, in the order it was queued. All torch work of a process goes through one of these:
/// libtorch keeps a team of OpenMP threads and its dispose scopes per calling thread, and two torch regions that run at once slow
/// each other tenfold.
/// </summary>
/// <remarks>The thread starts with the first task, so declaring and printing a graph costs none. Dispose after every graph that uses it has ended.</remarks>
public sealed class DeviceScheduler : TaskScheduler, IDisposable
{
    /// <summary>How long <see cref="Dispose"/> waits for the thread; a stuck stage must not keep the program from ending.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly BlockingCollection<Task> _tasks = [];
    private readonly Lazy<Thread> _thread;
    private int _threadId;
    private bool _disposed;

    /// <summary>Makes a scheduler.</summary>
    /// <param name="name">Name of the device; printed in the plan and given to the thread.</param>
    public DeviceScheduler(string name)
    {
        Name = name;
        _thread = new Lazy<Thread>(StartThread);
    }

    /// <summary>Name of the device.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Whether the caller runs on the device's thread.</summary>
    public bool IsCurrentThread => Volatile.Read(ref _threadId) == Environment.CurrentManagedThreadId;

    /// <summary>Runs synchronous work, such as loading a model, on the device's thread, between the stages that also run there.</summary>
    /// <typeparam name="T">Its result.</typeparam>
    /// <param name="work">The work.</param>
    /// <returns>Completes with the result, or fails with what the work threw.</returns>
    public Task<T> RunAsync<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, this);

    /// <summary>Finishes what is queued and ends the thread, waiting up to five seconds for it. Later tasks are refused.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, true))
        {
            return;
        }

        _tasks.CompleteAdding();
        if (!_thread.IsValueCreated || (!IsCurrentThread && _thread.Value.Join(Patience)))
        {
            _tasks.Dispose();
        }
    }

    /// <inheritdoc/>
    protected override void QueueTask(Task task)
    {
        _tasks.Add(task);
        _ = _thread.Value;
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Only a task that the device's own thread waits for runs inside another. The continuation of an await never does: it would
    /// run in the middle of whatever called the completion, inside that code's dispose scope.
    /// </remarks>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        taskWasPreviouslyQueued && IsCurrentThread && TryExecuteTask(task);

    /// <inheritdoc/>
    protected override IEnumerable<Task> GetScheduledTasks() => [.. _tasks];

    private Thread StartThread()
    {
        var thread = new Thread(Work) { Name = Name, IsBackground = true };
        thread.Start();
        return thread;
    }

    private void Work()
    {
        Volatile.Write(ref _threadId, Environment.CurrentManagedThreadId);
        foreach (var task in _tasks.GetConsumingEnumerable())
        {
            TryExecuteTask(task);
        }
    }
}
