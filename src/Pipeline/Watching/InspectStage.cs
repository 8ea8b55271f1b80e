using Emergence.Pipeline.Checkpoints;
using Emergence.Pipeline.Messages;
using Emergence.Pipeline.Progress;
using Emergence.Pipeline.Settings;
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
/// <param name="notices">Takes what is only spoken of.</param>
/// <param name="gate">Told of a late checkpoint that is not read after all.</param>
internal sealed class InspectStage(ModelRunContext run, CheckpointRegistry registry, WeightSketch? newest, ModelSlot slot, Notices notices, TakeGate gate)
    : Inspection<LanguageModel, InspectedCheckpoint>(notices, gate, run.Time)
{
    private WeightSketch? _newest = newest;

    protected override InspectedCheckpoint Message(CheckpointWork work, LanguageModel? model) => new(run.Leases, work, model);

    protected override async Task<LanguageModel?> AcceptAsync(CheckpointArrival arrived, CheckpointWork work, CancellationToken aborted)
    {
        using var checkpoint = OpenCheckpoint.Open(arrived.Folder);
        work.Weights = CheckpointHash.Of(checkpoint.Weights, run.Settings.ThreadCount, aborted);
        if (arrived.Hash is { } announced && announced != work.Weights.Whole)
        {
            throw new BadInputException(arrived.Folder, "", "its weights are not those that were announced (SHA-256 differs)", "Copy the checkpoint again from where it was announced");
        }

        var match = registry.Find(work.Step, work.Weights);
        if (match is not null && run.Settings.Copies == CopyPolicy.Refuse)
        {
            return Refuse(work, match.Reason, match.Problem(arrived.Folder, work.Step));
        }

        var differences = checkpoint.Config.DifferencesFrom(run.Model.Config);
        if (differences.Count > 0)
        {
            return Refuse(work, RefusalReason.OtherArchitecture, new BadInputException(
                Path.Combine(arrived.Folder, ModelConfig.FileName), "", $"its architecture is not the run's: {string.Join("; ", differences)}", "Watch it in a run of its own"));
        }

        if (run.Settings.Tokenizer is null && run.Model.TokenizerProblem(checkpoint) is { } problem)
        {
            return Refuse(work, RefusalReason.OtherArchitecture, problem);
        }

        await slot.TakeAsync(aborted);
        run.Progress.Tell(work.Step, CheckpointPhase.Load, 0, 1);
        var model = await run.Device.RunAsync(() => Load(checkpoint, work));
        registry.Add(work.Step, work.Weights);
        if (match is not null)
        {
            work.Note(CheckpointEvents.CopyUsed(work.Step, match));
        }

        return model;
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
                work.LmLoss = model.Loss(run.Texts.LossBatch!, checkpoint, how);
                if (!double.IsFinite(work.LmLoss.Value))
                {
                    throw new BadInputException(checkpoint.Folder, "", $"its loss on the fixed batch is {work.LmLoss}", "Look at the training job: its weights have left the range of numbers");
                }
            }

            // An inserted step lies between steps that are done with: it is compared with none, and none with it.
            if (!work.Inserted)
            {
                work.Sketch = sketch;
                work.Distances = WeightDistances.Of(sketch, _newest);
                _newest = sketch;
            }

            return model;
        }
        catch
        {
            model?.Dispose();
            slot.Free();
            throw;
        }
    }
}
