namespace Emergence.Pipeline.Flow;

/// <summary>How a run that did not fail has ended.</summary>
public enum GraphOutcome
{
    /// <summary>The source came to its end and every message went all the way.</summary>
    Completed,

    /// <summary>The source was stopped, and every message it had produced went all the way.</summary>
    Drained,

    /// <summary>The run was aborted, on request or because draining took too long; messages in the graph were discarded (and counted).</summary>
    Aborted,
}
