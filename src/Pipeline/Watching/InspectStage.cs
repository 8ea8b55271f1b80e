using Emergence.Pipeline.Checkpoints;
using Emergence.Pipeline.Flow;
using Emergence.Pipeline.Messages;
using Emergence.Pipeline.Progress;
using Emergence.Pipeline.Settings;
using Emergence.Stages.Curves;
using Emergence.Stages.Input;
using Emergence.Stages.Models;
using Emergence.Stages.Models.Distance;

namespace Emergence.Pipeline.Watching;

/// <summary>
/// Decides whether a checkpoint is used: opens its files, once; hashes its weights, refuses a copy of another step, another
/// architecture, another tokenizer or damaged files, and loads as much of its model as is needed when there is room. Nothing after
/// it can refuse a checkpoint.
/// </summary>
/// <param name="run">The run.</param>
/// <param name="registry">Weights of the steps used before.</param>
/// <param name="newest">Sketch of the weights of the newest of them; null when there is none.</param>
/// <param name="slot">Room for the model.</param>
/// <param name="backlog">Told of what ends here.</param>
internal sealed class InspectStage(RunContext run, CheckpointRegistry registry, WeightSketch? newest, ModelSlot slot, Backlog backlog)
{
    private readonly List<EventRow> _late = [];
    private WeightSketch? _newest = newest;

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
            using var checkpoint = OpenCheckpoint.Open(arrived.Folder);
            work.Weights = CheckpointHash.Of(checkpoint.Weights, run.Settings.ThreadCount, aborted);
            if (registry.Find(work.Step, work.Weights) is { } match)
            {
                if (run.Settings.Copies == CopyPolicy.Refuse)
                {
                    return Refuse(work, match.Reason, match.Problem(arrived.Folder, work.Step));
                }

                work.Note(CheckpointEvents.CopyUsed(work.Step, match));
            }

            var differences = checkpoint.Config.DifferencesFrom(run.Model.Config);
            if (differences.Count > 0)
            {
                return Refuse(work, RefusalReason.OtherArchitecture, new BadInputException(
                    Path.Combine(arrived.Folder, ModelConfig.FileName), "", $"its architecture is not the run's: {string.Join("; ", differences)}", "Watch it in a run of its own"));
            }

            if (run.Model.TokenizerProblem(checkpoint) is { } problem)
            {
                return Refuse(work, RefusalReason.OtherArchitecture, problem);
            }

            await slot.TakeAsync(aborted);
            run.Progress.Tell(work.Step, CheckpointPhase.Load, 0, 1);
            var model = await run.Device.RunAsync(() => Load(checkpoint, work));
            registry.Add(work.Step, work.Weights);
            _newest = work.Sketch;
            return model;
        }
        catch (BadInputException problem)
        {
            return Refuse(work, RefusalReason.NotWhole, problem);
        }
    }

    private LanguageModel Load(OpenCheckpoint checkpoint, CheckpointWork work)
    {
        LanguageModel? model = null;
        try
        {
            var sketch = new WeightSketch();
            var how = run.Placement.For(checkpoint, sketch);
            model = LanguageModel.Load(checkpoint, how);
            if (run.Settings.MeasureLoss)
            {
                work.LmLoss = model.Loss(run.Texts.LossBatch, checkpoint, how);
                if (!double.IsFinite(work.LmLoss.Value))
                {
                    throw new BadInputException(checkpoint.Folder, "", $"its loss on the fixed batch is {work.LmLoss}", "Look at the training job: its weights have left the range of numbers");
                }
            }

            work.Sketch = sketch;
            work.Distances = WeightDistances.Of(sketch, _newest);
            return model;
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
