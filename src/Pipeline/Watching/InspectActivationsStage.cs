using Emergence.Pipeline.Checkpoints;
using Emergence.Pipeline.Messages;
using Emergence.Pipeline.Progress;
using Emergence.Pipeline.Settings;
using Emergence.Stages.Activations.Streams;
using Emergence.Stages.Input;
using Emergence.Stages.Tokens;

namespace Emergence.Pipeline.Watching;

/// <summary>
/// Decides whether a step of an activation stream is used: opens its files, refuses other widths, other probe rows, copies of another
/// step and numbers that are not finite.
/// </summary>
/// <param name="run">The run.</param>
/// <param name="registry">Activations of the steps dealt with before.</param>
/// <param name="notices">Takes what is only spoken of.</param>
/// <param name="gate">Told of a late step that is not read after all.</param>
internal sealed class InspectActivationsStage(ActivationRunContext run, CheckpointRegistry registry, Notices notices, TakeGate gate)
    : Inspection<SavedStep, InspectedActivations>(notices, gate, run.Time)
{
    private const string Elsewhere = "Watch it in a run of its own";

    protected override InspectedActivations Message(CheckpointWork work, SavedStep? saved) => new(run.Leases, work, saved);

    protected override Task<SavedStep?> AcceptAsync(CheckpointArrival arrived, CheckpointWork work, CancellationToken aborted)
    {
        run.Progress.Tell(work.Step, CheckpointPhase.Load, 0, 1);
        SavedStep? saved = null;
        try
        {
            saved = SavedStep.Open(arrived.Folder, run.Layers);
            if (Accepts(saved, work, aborted))
            {
                work.LmLoss = saved.Notes.Loss;
                return Task.FromResult<SavedStep?>(saved);
            }
        }
        catch
        {
            saved?.Dispose();
            throw;
        }

        saved.Dispose();
        return Task.FromResult<SavedStep?>(null);
    }

    private bool Accepts(SavedStep saved, CheckpointWork work, CancellationToken aborted)
    {
        foreach (var layer in saved.Layers.Where(l => l.Dimension != run.Shape.WidthOf(l.Layer)))
        {
            Refuse(work, RefusalReason.OtherArchitecture, new BadInputException(
                Path.Combine(saved.Folder, SavedLayer.FileOf(layer.Layer)), "", $"its rows have {layer.Dimension} numbers, the run's {run.Shape.WidthOf(layer.Layer)}", Elsewhere));
            return false;
        }

        if (TextHash.Of(saved.ReadProbe()) != run.Shape.ProbeHash)
        {
            Refuse(work, RefusalReason.OtherArchitecture, new BadInputException(
                Path.Combine(saved.Folder, SavedLayer.FileOf(saved.Layers[0].Layer)), "", "its documents or labels are not those of the run, so its curves would not be comparable", $"Save the same labelled rows in the same order at every step. {Elsewhere}"));
            return false;
        }

        work.Weights = new WeightHashes(saved.Scan(aborted), new Dictionary<string, string>());
        if (registry.Find(work.Step, work.Weights) is { } match)
        {
            if (run.Settings.Copies == CopyPolicy.Refuse)
            {
                Refuse(work, RefusalReason.CopyOfAnotherStep, new BadInputException(
                    saved.Folder,
                    "",
                    $"its activations are, byte for byte, those of step {match.Step}",
                    $"Save the activations of step {work.Step} again, or remove the folder; where equal activations are meant use --copies use"));
                return false;
            }

            work.Note(CheckpointEvents.CopyUsed(work.Step, match));
        }

        registry.Add(work.Step, work.Weights);
        return true;
    }
}
