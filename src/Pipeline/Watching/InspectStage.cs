using Emergence.Pipeline.Checkpoints;
using Emergence.Pipeline.Flow;
using Emergence.Pipeline.Messages;
using Emergence.Pipeline.Progress;
using Emergence.Stages.Curves;
using Emergence.Stages.Input;
using Emergence.Stages.Models;

namespace Emergence.Pipeline.Watching;

/// <summary>
/// Decides whether a checkpoint is used: hashes its weights, refuses a copy of another step, another architecture, another
/// tokenizer or damaged files, and loads its model when there is room. Nothing after it can refuse a checkpoint.
/// </summary>
/// <param name="run">The run.</param>
/// <param name="registry">Weights of the steps dealt with before.</param>
/// <param name="slot">Room for the model.</param>
/// <param name="backlog">Told of what ends here.</param>
internal sealed class InspectStage(RunContext run, CheckpointRegistry registry, ModelSlot slot, Backlog backlog)
{
    private readonly List<EventRow> _late = [];

    public async ValueTask InspectAsync(Arrival arrival, Emitter<InspectedCheckpoint> emit)
    {
        if (arrival.Checkpoint is LateCheckpoint late)
        {
            var lateEvent = late.ToEvent();
            _late.Add(lateEvent);
            backlog.Ended();
            run.Progress.Tell(new CheckpointSkipped(lateEvent));
            return;
        }

        var work = new CheckpointWork(arrival.Checkpoint, run.Time.GetTimestamp(), [.. _late]);
        _late.Clear();
        var model = arrival.Checkpoint switch
        {
            ArrivedCheckpoint arrived => await AcceptAsync(arrived, work, emit.Aborted),
            RefusedCheckpoint refused => Refuse(work, refused.Reason, refused.Problem),
            _ => throw new InvalidOperationException($"{arrival.Checkpoint} is of no known kind"),
        };
        await emit.SendAsync(new InspectedCheckpoint(run.Leases, work, model));
    }

    private async Task<LanguageModel?> AcceptAsync(ArrivedCheckpoint arrived, CheckpointWork work, CancellationToken aborted)
    {
        try
        {
            work.ModelHash = CheckpointHash.Of(arrived.Folder, aborted);
            if (!registry.TryAdd(work.Step, work.ModelHash, out var other))
            {
                return Refuse(work, RefusalReason.CopyOfAnotherStep, CheckpointRegistry.CopyProblem(arrived.Folder, work.Step, other));
            }

            var differences = ModelConfig.Load(arrived.Folder).DifferencesFrom(run.Model.Config);
            if (differences.Count > 0)
            {
                return Refuse(work, RefusalReason.OtherArchitecture, new BadInputException(
                    Path.Combine(arrived.Folder, ModelConfig.FileName), "", $"its architecture is not the run's: {string.Join("; ", differences)}", "Watch it in a run of its own"));
            }

            if (run.Model.TokenizerProblem(arrived.Folder) is { } problem)
            {
                return Refuse(work, RefusalReason.OtherArchitecture, problem);
            }

            await slot.TakeAsync(aborted);
            run.Progress.Tell(work.Step, CheckpointPhase.Load, 0, 1);
            return await run.Device.RunAsync(() => Load(arrived.Folder, work));
        }
        catch (BadInputException problem)
        {
            return Refuse(work, RefusalReason.NotWhole, problem);
        }
    }

    private LanguageModel Load(string folder, CheckpointWork work)
    {
        LanguageModel? model = null;
        try
        {
            model = LanguageModel.Load(folder, run.Model.Config);
            work.LmLoss = model.Loss(run.Texts.LossBatch);
            return double.IsFinite(work.LmLoss)
                ? model
                : throw new BadInputException(folder, "", $"its loss on the fixed batch is {work.LmLoss}", "Look at the training job: its weights have left the range of numbers");
        }
        catch
        {
            model?.Dispose();
            slot.Free();
            throw;
        }
    }

    private static LanguageModel? Refuse(CheckpointWork work, RefusalReason reason, BadInputException problem)
    {
        work.Refusal = CheckpointEvents.Refused(work.Step, reason, problem);
        return null;
    }
}
