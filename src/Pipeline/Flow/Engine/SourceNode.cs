namespace Emergence.Pipeline.Flow.Engine;

/// <summary>Feeds the head of the graph from an asynchronous sequence until that ends, the run is stopped, or something fails.</summary>
internal sealed class SourceNode(string name, Type messageType, Func<CancellationToken, IAsyncEnumerable<Message>> items)
    : Node(name, NodeShape.Source, TaskScheduler.Default)
{
    private StageMeter? _meter;

    /// <summary>Whether the sequence came to its own end before anyone asked it to stop.</summary>
    public bool CameToItsEnd { get; private set; }

    private StageMeter Meter => _meter!;

    public override void Open(GraphRun run) => _meter = new StageMeter(run.Time);

    public override ValueTask WorkAsync(Inlet inlet, Message message, Emission emission) =>
        throw new InvalidOperationException("a source receives nothing");

    public override IEnumerable<WorkInHand> InHand() => Meter.InHand() is { } hand ? [hand] : [];

    public override StageStatistics Read() => Meter.Read(Name, 0);

    /// <summary>Feeds, then tells the first stage that nothing more comes; completes without error.</summary>
    public override async Task EndAsync(GraphRun run)
    {
        // The sequence is foreign code that may block: it never runs on the caller's thread.
        await Task.Run(() => FeedAsync(run)).ConfigureAwait(false);
        Outlets[0].Target.Inbox.Complete();
    }

    private async Task FeedAsync(GraphRun run)
    {
        IAsyncEnumerator<Message>? sequence = null;
        var position = 0L;
        try
        {
            sequence = items(run.Stopped).GetAsyncEnumerator(run.Stopped);
            while (!run.Stopped.IsCancellationRequested)
            {
                position++;
                if (!await TakeOneAsync(run, sequence).ConfigureAwait(false))
                {
                    CameToItsEnd = !run.Stopped.IsCancellationRequested;
                    break;
                }
            }
        }
        catch (Exception e)
        {
            Caught(run, position, e);
        }

        try
        {
            if (sequence is not null)
            {
                await sequence.DisposeAsync().ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            Caught(run, position, e);
        }
    }

    private async Task<bool> TakeOneAsync(GraphRun run, IAsyncEnumerator<Message> sequence)
    {
        var taken = false;
        Meter.Begin(null);
        try
        {
            if (!await sequence.MoveNextAsync().ConfigureAwait(false))
            {
                return false;
            }

            taken = true;
            var message = sequence.Current ?? throw new InvalidOperationException("the source produced null");
            if (message is not BarrierMessage && !messageType.IsInstanceOfType(message))
            {
                message.Dispose();
                throw new InvalidOperationException($"the source produced a {message.GetType().Name}, declared is {messageType.Name}");
            }

            // What was produced goes all the way, also when the stop came while waiting for it.
            await new Emission(run, this, Meter, null).SendAsync(message).ConfigureAwait(false);
            return true;
        }
        finally
        {
            Meter.End();
            if (!taken)
            {
                Meter.TakeBack();
            }
        }
    }

    private void Caught(GraphRun run, long position, Exception exception)
    {
        // A sequence that is told to stop may say so by this exception.
        if (!(exception is OperationCanceledException && run.Stopped.IsCancellationRequested))
        {
            run.Fail(Name, position, "", exception);
        }
    }
}
