using Emergence.Sinks.Kafka.Client;

namespace Emergence.Pipeline.Working;

/// <summary>Is in the consumer group until told to stop: at first what is in work is finished, then it leaves.</summary>
/// <param name="client">Kafka.</param>
/// <param name="topic">Where work is announced.</param>
/// <param name="group">Name of the consumer group.</param>
/// <param name="member">Works on the messages.</param>
/// <param name="tell">Told what happens.</param>
internal sealed class WorkerMembership(IKafkaClient client, string topic, string group, WorkerMember member, Action<WorkerEvent> tell) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _leave = new();
    private int _working;
    private bool _leaving;

    /// <summary>Cancelled when it leaves.</summary>
    public CancellationToken Left => _leave.Token;

    /// <summary>Is a member until told to leave.</summary>
    /// <param name="drain">Finish what is in work first.</param>
    /// <param name="abort">Leave at once.</param>
    public async Task RunAsync(CancellationToken drain, CancellationToken abort)
    {
        member.Leaving = drain;
        member.MayBegin = Begin;
        member.WhenDone = End;
        await using var onAbort = abort.Register(_leave.Cancel);
        await using var onDrain = drain.Register(LeaveWhenIdle);
        tell(new WorkerJoined(group, topic));
        try
        {
            await client.JoinAsync(group, topic, member, _leave.Token);
        }
        catch (OperationCanceledException) when (_leave.IsCancellationRequested)
        {
            // Left, as told.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _leave.Dispose();

    private bool Begin()
    {
        lock (_gate)
        {
            if (_leaving)
            {
                return false;
            }

            _working++;
            return true;
        }
    }

    private void End()
    {
        lock (_gate)
        {
            _working--;
            if (!_leaving || _working > 0)
            {
                return;
            }
        }

        // Leaving waits for the member's call, in which this is.
        _ = _leave.CancelAsync();
    }

    private void LeaveWhenIdle()
    {
        lock (_gate)
        {
            _leaving = true;
            if (_working > 0)
            {
                return;
            }
        }

        _leave.Cancel();
    }
}
