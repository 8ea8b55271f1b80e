using Emergence.Pipeline.Checkpoints;
using Emergence.Pipeline.Flow;
using Emergence.Pipeline.Messages;
using Emergence.Stages.Curves;
using Emergence.Stages.Input;

namespace Emergence.Pipeline.Watching;

/// <summary>
/// Decides whether a checkpoint is used, opens it when it is, and passes on the reason when it is not. What is only spoken of ends here.
/// </summary>
/// <typeparam name="TOpened">An opened checkpoint.</typeparam>
/// <typeparam name="TMessage">What carries it on.</typeparam>
/// <param name="notices">Takes what is only spoken of.</param>
/// <param name="gate">Told of a late checkpoint that is not read after all.</param>
/// <param name="time">The run's clock.</param>
internal abstract class Inspection<TOpened, TMessage>(Notices notices, TakeGate gate, TimeProvider time)
    where TOpened : class, IDisposable
    where TMessage : Message
{
    public async ValueTask InspectAsync(Arrival arrival, Emitter<TMessage> emit)
    {
        if (notices.Takes(arrival.Checkpoint))
        {
            if (notices.WasToBeInserted(arrival.Checkpoint))
            {
                gate.Leave();
            }

            return;
        }

        var work = CheckpointWork.Begin(arrival.Checkpoint, time.GetTimestamp(), notices.Release);
        var opened = arrival.Checkpoint switch
        {
            ArrivedCheckpoint or LateCheckpoint => await TryAcceptAsync(arrival.Checkpoint, work, emit.Aborted),
            RefusedCheckpoint refused => Refuse(work, refused.Reason, refused.Problem),
            VanishedCheckpoint vanished => Refuse(work, vanished.ToEvent()),
            _ => throw new InvalidOperationException($"{arrival.Checkpoint} is of no known kind"),
        };
        if (work is { Inserted: true, Refusal: { } refusal })
        {
            // No place of its own before the newest step is kept for what is not used.
            notices.Add(refusal);
            gate.Leave();
            return;
        }

        await emit.SendAsync(Message(work, opened));
    }

    /// <summary>Opens a checkpoint.</summary>
    /// <param name="arrived">It.</param>
    /// <param name="work">Its ledger; says why when it is refused.</param>
    /// <param name="aborted">Gives up.</param>
    /// <returns>The checkpoint; null when it was refused.</returns>
    /// <exception cref="BadInputException">It is damaged or was deleted.</exception>
    protected abstract Task<TOpened?> AcceptAsync(CheckpointArrival arrived, CheckpointWork work, CancellationToken aborted);

    /// <summary>Makes the message.</summary>
    protected abstract TMessage Message(CheckpointWork work, TOpened? opened);

    /// <summary>Writes into the ledger why a checkpoint is refused.</summary>
    /// <returns>Null.</returns>
    protected static TOpened? Refuse(CheckpointWork work, RefusalReason reason, BadInputException problem) =>
        Refuse(work, CheckpointEvents.Refused(work.Step, reason, problem));

    private static TOpened? Refuse(CheckpointWork work, EventRow refusal)
    {
        work.Refusal = refusal;
        return null;
    }

    private async Task<TOpened?> TryAcceptAsync(CheckpointArrival arrived, CheckpointWork work, CancellationToken aborted)
    {
        try
        {
            return await AcceptAsync(arrived, work, aborted);
        }
        catch (Exception e) when (CheckpointFault.IsFault(e))
        {
            work.IsUnread = true;
            return Refuse(work, CheckpointFault.Event(arrived, e));
        }
    }
}
