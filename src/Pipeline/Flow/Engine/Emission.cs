namespace Emergence.Pipeline.Flow.Engine;

/// <summary>The sends of one body for one message: one at a time, each handing its message over, none after the body has ended.</summary>
internal sealed class Emission(GraphRun run, Node node, StageMeter meter, Message? input)
{
    private Task _pending = Task.CompletedTask;
    private volatile bool _closed;

    public CancellationToken Aborted => run.Aborted;

    /// <summary>Whether the input belongs to somebody else by now.</summary>
    public bool InputGone { get; set; }

    public ValueTask SendAsync(Message message) => SendAsync(message, node.Outlets[0]);

    public ValueTask SendAsync(Message message, Outlet outlet)
    {
        ArgumentNullException.ThrowIfNull(message);
        var target = outlet.Target;
        if (_closed || !_pending.IsCompleted)
        {
            Abandon(message);
            throw new InvalidOperationException(
                _closed ? $"{message} was sent after its body had ended" : $"{message} was sent before the send ahead of it was awaited");
        }

        if (run.Aborted.IsCancellationRequested)
        {
            if (!ReferenceEquals(message, input))
            {
                meter.CountDiscarded();
            }

            Abandon(message);
            throw new OperationCanceledException(run.Aborted);
        }

        if (!message.TryHandOver(node, target.Node))
        {
            throw new InvalidOperationException($"{message} was sent before, or is disposed");
        }

        InputGone |= ReferenceEquals(message, input);
        var sending = target.Inbox.SendAsync(message);
        if (sending.IsCompletedSuccessfully)
        {
            meter.CountOut();
            return default;
        }

        _pending = WaitAsync(sending);
        return new ValueTask(_pending);
    }

    /// <summary>Ends the emission, after the last send if the body did not await it.</summary>
    public Task CloseAsync()
    {
        _closed = true;
        return _pending;
    }

    private async Task WaitAsync(Task sending)
    {
        meter.BeginSend();
        try
        {
            await sending.ConfigureAwait(false);
            meter.CountOut();
        }
        finally
        {
            meter.EndSend();
        }
    }

    /// <summary>Disposes what cannot be sent; the input stays with the guard.</summary>
    private void Abandon(Message message)
    {
        if (!ReferenceEquals(message, input))
        {
            message.Dispose();
        }
    }
}
