namespace Emergence.Pipeline.Working;

/// <summary>A worker was told to leave its group, and something has not let go of it.</summary>
/// <param name="patience">How long it was waited for.</param>
public sealed class LeaveDeadlineException(TimeSpan patience)
    : Exception($"the worker was told to leave and has not let go within {patience.TotalSeconds:0} s, so it ends as if it were killed: what is committed stays, and the next worker publishes what is not. The broker takes it for lost after the session's time-out");
