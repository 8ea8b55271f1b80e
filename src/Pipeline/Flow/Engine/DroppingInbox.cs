using System.Threading.Tasks.Dataflow;

namespace Emergence.Pipeline.Flow.Engine;

/// <summary>
/// An inbox that drops its oldest waiting data message when it is full. The messages wait in a list; the block holds one ticket for
/// each, so that a newcomer takes over the ticket of the message it pushes out. Barriers are never dropped: they have
/// <c>capacity</c> places of their own, and the sender of one more waits.
/// </summary>
internal sealed class DroppingInbox : Inbox
{
    private readonly int _capacity;
    private readonly Func<Message, Task> _handle;
    private readonly Action<Message> _drop;
    private readonly Lock _gate = new();
    private readonly LinkedList<Message> _waiting = [];
    private readonly ActionBlock<bool> _tickets;
    private int _barriers;
    private TaskCompletionSource? _barrierTaken;

    public DroppingInbox(int capacity, TaskScheduler on, Func<Message, Task> handle, Action<Message> drop)
    {
        _capacity = capacity;
        _handle = handle;
        _drop = drop;
        _tickets = new ActionBlock<bool>(_ => _handle(TakeOldest()), Options(DataflowBlockOptions.Unbounded, on));
    }

    public override int Queued
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    public override Task Completion => _tickets.Completion;

    public override Task SendAsync(Message message) => message is BarrierMessage ? SendBarrierAsync(message) : SendData(message);

    public override void Complete() => _tickets.Complete();

    private Task SendData(Message message)
    {
        LinkedListNode<Message>? oldest = null;
        lock (_gate)
        {
            if (_waiting.Count - _barriers == _capacity)
            {
                oldest = _waiting.First;
                while (oldest!.Value is BarrierMessage)
                {
                    oldest = oldest.Next;
                }

                _waiting.Remove(oldest);
            }

            _waiting.AddLast(message);
        }

        if (oldest is not null)
        {
            _drop(oldest.Value);
            return Task.CompletedTask;
        }

        return _tickets.Post(true) ? Task.CompletedTask : RefuseAsync(message);
    }

    private async Task SendBarrierAsync(Message barrier)
    {
        while (true)
        {
            Task taken;
            lock (_gate)
            {
                if (_barriers < _capacity)
                {
                    _barriers++;
                    _waiting.AddLast(barrier);
                    break;
                }

                _barrierTaken ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                taken = _barrierTaken.Task;
            }

            await taken.ConfigureAwait(false);
        }

        if (!_tickets.Post(true))
        {
            await RefuseAsync(barrier).ConfigureAwait(false);
        }
    }

    private Message TakeOldest()
    {
        lock (_gate)
        {
            var oldest = _waiting.First!.Value;
            _waiting.RemoveFirst();
            if (oldest is BarrierMessage)
            {
                _barriers--;
                _barrierTaken?.SetResult();
                _barrierTaken = null;
            }

            return oldest;
        }
    }

    private Task RefuseAsync(Message message)
    {
        lock (_gate)
        {
            _waiting.Remove(message);
        }

        return Task.FromException(Refused(message));
    }
}
