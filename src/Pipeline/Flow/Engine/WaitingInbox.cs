using System.Threading.Tasks.Dataflow;

namespace Emergence.Pipeline.Flow.Engine;

/// <summary>An inbox whose senders wait while it is full.</summary>
internal sealed class WaitingInbox(int capacity, TaskScheduler on, Func<Message, Task> handle) : Inbox
{
    private readonly ActionBlock<Message> _block = new(handle, Options(capacity, on));

    public override int Queued => _block.InputCount;

    public override Task Completion => _block.Completion;

    public override Task SendAsync(Message message)
    {
        var sending = _block.SendAsync(message);
        return sending.IsCompletedSuccessfully && sending.Result ? Task.CompletedTask : AcceptedAsync(sending, message);
    }

    public override void Complete() => _block.Complete();

    private static async Task AcceptedAsync(Task<bool> sending, Message message)
    {
        if (!await sending.ConfigureAwait(false))
        {
            throw Refused(message);
        }
    }
}
