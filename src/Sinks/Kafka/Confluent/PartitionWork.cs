using Confluent.Kafka;
using Emergence.Sinks.Kafka.Client;

namespace Emergence.Sinks.Kafka.Confluent;

/// <summary>The work on one partition: one message after the other. Used by the thread of the group only.</summary>
/// <param name="member">Takes the messages.</param>
/// <param name="membership">Proof of the membership.</param>
internal sealed class PartitionWork(IGroupMember member, IGroupMembership membership) : IDisposable
{
    private const int Many = 16;
    private const int Few = 4;
    private readonly CancellationTokenSource _revoked = new();
    private readonly Queue<ConsumeResult<byte[], byte[]>> _waiting = [];
    private Task? _task;

    /// <summary>
    /// Whether so many messages wait that the library must not hand over more. It is asked to go on well before none is left: a partition
    /// that was paused takes up to a second to give messages again.
    /// </summary>
    public bool Full { get; private set; }

    /// <summary>Takes a message; it waits while the one before is worked on.</summary>
    /// <returns>Whether the partition has become full.</returns>
    public bool Take(ConsumeResult<byte[], byte[]> message)
    {
        _waiting.Enqueue(message);
        if (_task is null)
            StartNext();
        if (Full || _waiting.Count < Many)
            return false;
        return Full = true;
    }

    /// <summary>Looks whether a message is done, and begins the next.</summary>
    /// <param name="failure">What the member threw; null when it did not.</param>
    /// <returns>Whether the partition is full no more.</returns>
    public bool Advance(out Exception? failure)
    {
        failure = null;
        if (_task is not { IsCompleted: true } done)
            return false;
        _task = null;
        if (!done.IsCompletedSuccessfully)
        {
            failure = done.IsCanceled ? new OperationCanceledException("the member gave up a message without being told to") : done.Exception!.InnerException;
            return false;
        }

        if (_waiting.Count > 0)
            StartNext();
        if (!Full || _waiting.Count > Few)
            return false;
        Full = false;
        return true;
    }

    /// <summary>Tells the member to end.</summary>
    public void Cancel()
    {
        _waiting.Clear();
        _revoked.Cancel();
    }

    /// <summary>Waits until the member has ended, after <see cref="Cancel"/>.</summary>
    /// <returns>What it threw, being cancelled apart; null when nothing.</returns>
    public Exception? Join()
    {
        try
        {
            _task?.GetAwaiter().GetResult();
            return null;
        }
        catch (OperationCanceledException) when (_revoked.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception error)
        {
            return error;
        }
        finally
        {
            _task = null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _revoked.Dispose();

    private void StartNext()
    {
        var message = MessageForms.ToProduct(_waiting.Dequeue());
        var revoked = _revoked.Token;
        _task = Task.Run(() => member.ReceiveAsync(message, membership, revoked), CancellationToken.None);
    }
}
