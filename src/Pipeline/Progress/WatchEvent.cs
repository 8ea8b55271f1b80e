using Emergence.Stages.Curves;

namespace Emergence.Pipeline.Progress;

/// <summary>Something a person following a run wants to see. Events are told in order, from one thread at a time.</summary>
public abstract record WatchEvent;

/// <summary>The run folder is open and work begins. Only a <see cref="RunRemark"/> may come before it.</summary>
/// <param name="Run">Run name.</param>
/// <param name="Folder">Run folder.</param>
/// <param name="Model">Model name.</param>
/// <param name="Parameters">Number of parameters of the model.</param>
/// <param name="Layers">Layers that are watched.</param>
/// <param name="Committed">Results committed by earlier starts of the same run, in step order, curves and health filled in.</param>
public sealed record RunOpened(string Run, string Folder, string Model, long Parameters, IReadOnlyList<int> Layers, IReadOnlyList<CheckpointResult> Committed) : WatchEvent;

/// <summary>What is done with a checkpoint at the moment.</summary>
public enum CheckpointPhase
{
    /// <summary>Reading and verifying its files.</summary>
    Load,

    /// <summary>SAEs train on the training stream.</summary>
    Train,

    /// <summary>The probe set is measured.</summary>
    Measure,

    /// <summary>Curves are computed.</summary>
    Curves,

    /// <summary>Rows and state are written to the run folder.</summary>
    Commit,
}

/// <summary>A checkpoint is being worked on.</summary>
/// <param name="Step">Its training step.</param>
/// <param name="Phase">What is done with it.</param>
/// <param name="Done">How much of the phase is done, in tokens (Train, Measure) or layers (Curves).</param>
/// <param name="Total">How much the phase has.</param>
/// <param name="Waiting">Checkpoints that have arrived and wait behind this one: how far the watcher lags.</param>
public sealed record CheckpointProgress(long Step, CheckpointPhase Phase, long Done, long Total, int Waiting) : WatchEvent;

/// <summary>A checkpoint is committed to the run folder.</summary>
/// <param name="Result">Its rows.</param>
/// <param name="Duration">From taking it up to the commit.</param>
/// <param name="Lag">From its arrival to the commit.</param>
/// <param name="Waiting">Checkpoints that have arrived and wait.</param>
public sealed record CheckpointCommitted(CheckpointResult Result, TimeSpan Duration, TimeSpan Lag, int Waiting) : WatchEvent;

/// <summary>A checkpoint was not used.</summary>
/// <param name="Event">Why; it is published with the next commit.</param>
public sealed record CheckpointSkipped(EventRow Event) : WatchEvent;

/// <summary>The watcher waits for the next checkpoint.</summary>
/// <param name="LastStep">Newest committed step; null before the first.</param>
public sealed record WaitingForCheckpoint(long? LastStep) : WatchEvent;

/// <summary>Something a person should know that changes nothing: a checkpoint that is waited for and why, a statistic that says nothing.</summary>
/// <param name="Text">One sentence. The same may be told again by a later start.</param>
public sealed record RunRemark(string Text) : WatchEvent;

/// <summary>A line from the demo's trainer or another companion process.</summary>
/// <param name="Source">Who says it.</param>
/// <param name="Text">What it says.</param>
public sealed record CompanionLine(string Source, string Text) : WatchEvent;

/// <summary>The run has ended.</summary>
/// <param name="Seconds">Wall time since this start.</param>
/// <param name="Interrupted">Whether it was stopped before its end.</param>
public sealed record RunEnded(double Seconds, bool Interrupted) : WatchEvent;
