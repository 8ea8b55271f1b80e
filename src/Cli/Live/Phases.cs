using Emergence.Pipeline.Progress;

namespace Emergence.Cli.Live;

/// <summary>Words for what is done with a checkpoint.</summary>
internal static class Phases
{
    /// <summary>What is being done.</summary>
    public static string Name(CheckpointPhase phase) => phase switch
    {
        CheckpointPhase.Load => "loading",
        CheckpointPhase.Train => "training SAEs",
        CheckpointPhase.Measure => "measuring",
        CheckpointPhase.Curves => "computing curves",
        CheckpointPhase.Commit => "committing",
        _ => phase.ToString(),
    };

    /// <summary>How much of it is done.</summary>
    public static string Amount(CheckpointProgress progress) => progress switch
    {
        { Total: <= 0 } => "",
        { Phase: CheckpointPhase.Train or CheckpointPhase.Measure } => $"{Figures.Count(progress.Done)}/{Figures.Count(progress.Total)} tokens",
        { Phase: CheckpointPhase.Curves } => $"{progress.Done}/{progress.Total} layers",
        _ => "",
    };

    /// <summary>How many checkpoints wait, as the end of a sentence; empty when none does.</summary>
    public static string Waiting(int waiting) => waiting > 0 ? $", {waiting} waiting" : "";
}
