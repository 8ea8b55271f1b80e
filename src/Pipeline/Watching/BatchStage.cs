using Emergence.Pipeline.Flow;
using Emergence.Pipeline.Messages;
using Emergence.Stages.Tokens;

namespace Emergence.Pipeline.Watching;

/// <summary>
/// Turns a checkpoint into its model and its token batches: the training stream from its beginning, then the probe set,
/// barriers between them. The same tokens in the same order at every checkpoint.
/// </summary>
/// <param name="run">The run.</param>
/// <param name="warm">Whether SAEs exist already, from a checkpoint committed by an earlier start.</param>
internal sealed class BatchStage(ModelRunContext run, bool warm)
{
    private bool _warm = warm;

    public async ValueTask BatchAsync(InspectedCheckpoint inspected, Emitter<CaptureInput> emit)
    {
        var work = inspected.Work;
        if (inspected.TakeModel() is { } model)
        {
            await emit.SendBarrierAsync(new CheckpointOpened(run.Leases, work));
            await emit.SendAsync(new ModelToCapture(run.Leases, work, model));
            await SendAsync(Purpose.Train, run.TrainingBatches(_warm), emit);
            await emit.SendBarrierAsync(new TrainingEnded(run.Leases, work));
            await SendAsync(Purpose.Measure, run.ProbeBatches(), emit);
            _warm |= !work.Inserted;
        }

        await emit.SendBarrierAsync(new CheckpointRead(run.Leases, work));
    }

    private async ValueTask SendAsync(Purpose purpose, IEnumerable<TokenBatch> batches, Emitter<CaptureInput> emit)
    {
        foreach (var tokens in batches)
        {
            await emit.SendAsync(new TokensToCapture(run.Leases, purpose, tokens));
        }
    }
}
