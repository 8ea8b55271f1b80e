using Emergence.Pipeline.Checkpoints;
using Emergence.Pipeline.Messages;
using Emergence.Pipeline.Progress;
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
/// <param name="notices">Takes what is only spoken of.</param>
/// <param name="gate">Told of a late checkpoint that is not read after all.</param>
internal sealed class InspectStage(ModelRunContext run, CheckpointRegistry registry, ModelSlot slot, Notices notices, TakeGate gate)
    : Inspection<LanguageModel, InspectedCheckpoint>(notices, gate, run.Time)
{
    protected override InspectedCheckpoint Message(CheckpointWork work, LanguageModel? model) => new(run.Leases, work, model);

    protected override async Task<LanguageModel?> AcceptAsync(CheckpointArrival arrived, CheckpointWork work, CancellationToken aborted)
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

        if (run.Settings.Tokenizer is null && run.Model.TokenizerProblem(arrived.Folder) is { } problem)
        {
            return Refuse(work, RefusalReason.OtherArchitecture, problem);
        }

        await slot.TakeAsync(aborted);
        run.Progress.Tell(work.Step, CheckpointPhase.Load, 0, 1);
        return await run.Device.RunAsync(() => Load(arrived.Folder, work));
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
}
