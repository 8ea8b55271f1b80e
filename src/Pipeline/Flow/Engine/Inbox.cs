using System.Threading.Tasks.Dataflow;

namespace Emergence.Pipeline.Flow.Engine;

/// <summary>
/// The bounded queue in front of a stage. Messages are handled one at a time, in order, on the stage's scheduler. The handler never
/// throws and the block knows no cancellation token: a dataflow block swallows an OperationCanceledException of its delegate
/// together with the message, and one that is faulted or cancelled throws its queue away undisposed.
/// </summary>
internal abstract class Inbox
{
    /// <summary>Messages that wait.</summary>
    public abstract int Queued { get; }

    /// <summary>Completes when no message will come any more and the last has been handled.</summary>
    public abstract Task Completion { get; }

    /// <summary>Hands a message over, waiting for room. Ownership passes in every case.</summary>
    /// <exception cref="InvalidOperationException">The inbox is closed or its scheduler has ended; the message was disposed.</exception>
    public abstract Task SendAsync(Message message);

    /// <summary>Says that no message will come any more.</summary>
    public abstract void Complete();

    protected static ExecutionDataflowBlockOptions Options(int capacity, TaskScheduler on) => new()
    {
        BoundedCapacity = capacity,
        MaxDegreeOfParallelism = 1,
        TaskScheduler = on,
    };

    protected static InvalidOperationException Refused(Message message)
    {
        var refused = new InvalidOperationException($"the next stage takes no more messages ({message})");
        message.Dispose();
        return refused;
    }
}
