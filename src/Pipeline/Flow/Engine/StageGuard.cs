namespace Emergence.Pipeline.Flow.Engine;

/// <summary>
/// The one place where exceptions of stages are caught. It lets no exception out, so no block ever faults: it records the first
/// failure, disposes the message unless it was handed on, and raises the abort signal, after which it only disposes.
/// </summary>
internal sealed class StageGuard(GraphRun run, Inlet inlet)
{
    public GraphRun Run { get; } = run;

    public Node Node { get; } = inlet.Node;

    public StageMeter Meter { get; } = new(run.Time);

    /// <summary>Does the stage's work on a message. Runs and resumes on the stage's scheduler.</summary>
    public async Task HandleAsync(Message message)
    {
        if (Run.Aborted.IsCancellationRequested)
        {
            Meter.CountDiscarded();
            Dispose(message, 0);
            return;
        }

        var position = Meter.Begin(message);
        var emission = new Emission(Run, Node, Meter, message);
        try
        {
            await Node.WorkAsync(inlet, message, emission);
        }
        catch (Exception e)
        {
            Caught(e, position, message);
        }

        try
        {
            await emission.CloseAsync();
        }
        catch (Exception e)
        {
            Caught(e, position, message);
        }

        if (!emission.InputGone)
        {
            Dispose(message, position);
        }

        var (busy, blocked) = Meter.End();
        Run.Observer?.Worked(Node.Name, busy, blocked);
    }

    /// <summary>Disposes a message that was pushed out of a full inbox.</summary>
    public void Drop(Message message)
    {
        Meter.CountDropped();
        Run.Observer?.Dropped(Node.Name);
        Dispose(message, 0);
    }

    private void Dispose(Message message, long position)
    {
        try
        {
            message.Dispose();
        }
        catch (Exception e)
        {
            Run.Fail(Node.Name, position, MessageText.Of(message), e);
        }
    }

    private void Caught(Exception exception, long position, Message message)
    {
        // A body that gave up because of the abort has not failed.
        if (!(exception is OperationCanceledException && Run.Aborted.IsCancellationRequested))
        {
            Run.Fail(Node.Name, position, MessageText.Of(message), exception);
        }
    }
}
