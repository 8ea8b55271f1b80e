namespace Emergence.Pipeline.Flow;

/// <summary>How a graph stops, and who is told of it.</summary>
public sealed record GraphOptions
{
    /// <summary>
    /// Time from a requested stop to giving up; default one minute, up to 30 days. After three quarters of it the run is aborted; a
    /// stage that has not let go a quarter of it after an abort, whatever the abort's cause, is named as stuck.
    /// </summary>
    public TimeSpan DrainDeadline { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The clock behind deadlines and statistics; default the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Told of every message that is done with; null (default) for nobody.</summary>
    public IStageObserver? Observer { get; init; }

    /// <summary>How long a requested stop may drain before it becomes an abort.</summary>
    internal TimeSpan UntilAbort => DrainDeadline * 0.75;

    /// <summary>How long stages have to let go after an abort.</summary>
    internal TimeSpan AfterAbort => DrainDeadline * 0.25;
}
