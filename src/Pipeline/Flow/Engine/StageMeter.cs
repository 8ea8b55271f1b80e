namespace Emergence.Pipeline.Flow.Engine;

/// <summary>Counts what goes through one inlet (or the source), and knows what is in work there. Written by one worker, read by anyone.</summary>
internal sealed class StageMeter(TimeProvider time)
{
    private readonly Lock _gate = new();
    private long _in;
    private long _out;
    private long _dropped;
    private long _discarded;
    private TimeSpan _busy;
    private TimeSpan _blocked;
    private bool _working;
    private bool _sending;
    private long _workingSince;
    private long _sendingSince;
    private TimeSpan _blockedBefore;
    private Message? _message;

    /// <summary>A message is taken up (a source: asked for); returns its position, from 1.</summary>
    public long Begin(Message? message)
    {
        lock (_gate)
        {
            _working = true;
            _workingSince = time.GetTimestamp();
            _blockedBefore = _blocked;
            _message = message;
            return ++_in;
        }
    }

    /// <summary>The message in work is done with; returns the time spent on it and the time waited for the next stage.</summary>
    public (TimeSpan Busy, TimeSpan Blocked) End()
    {
        lock (_gate)
        {
            _working = false;
            _message = null;
            var blocked = _blocked - _blockedBefore;
            var busy = time.GetElapsedTime(_workingSince) - blocked;
            _busy += busy;
            return (busy, blocked);
        }
    }

    /// <summary>The source had no message after all.</summary>
    public void TakeBack()
    {
        lock (_gate)
        {
            _in--;
        }
    }

    public void BeginSend()
    {
        lock (_gate)
        {
            _sending = true;
            _sendingSince = time.GetTimestamp();
        }
    }

    public void EndSend()
    {
        lock (_gate)
        {
            _sending = false;
            _blocked += time.GetElapsedTime(_sendingSince);
        }
    }

    public void CountOut() => Interlocked.Increment(ref _out);

    public void CountDropped() => Interlocked.Increment(ref _dropped);

    public void CountDiscarded() => Interlocked.Increment(ref _discarded);

    /// <summary>What is in work now, or null.</summary>
    public WorkInHand? InHand()
    {
        lock (_gate)
        {
            return _working ? new WorkInHand(_in, _message, time.GetElapsedTime(_workingSince), _sending) : null;
        }
    }

    public StageStatistics Read(string name, int queued)
    {
        lock (_gate)
        {
            return new StageStatistics(
                name,
                _in,
                Interlocked.Read(ref _out),
                Interlocked.Read(ref _dropped),
                Interlocked.Read(ref _discarded),
                queued,
                _busy,
                _blocked,
                _working ? time.GetElapsedTime(_workingSince) : null);
        }
    }
}
