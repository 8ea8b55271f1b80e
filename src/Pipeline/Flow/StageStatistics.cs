namespace Emergence.Pipeline.Flow;

/// <summary>What a stage has done so far. Barriers count as messages.</summary>
/// <param name="Name">Name of the stage.</param>
/// <param name="In">Messages taken up, the one in work included; of a source, messages produced.</param>
/// <param name="Out">Messages the next stage has accepted; a tee counts each branch.</param>
/// <param name="Dropped">Messages dropped because the stage was full (see <see cref="WhenFull.DropOldest"/>).</param>
/// <param name="Discarded">Messages thrown away unseen because the run was aborted.</param>
/// <param name="Queued">Messages waiting now.</param>
/// <param name="Busy">Time spent in finished bodies, without waiting for the next stage; of a source, time waiting for it.</param>
/// <param name="Blocked">Time spent waiting for room in the next stage.</param>
/// <param name="Holding">How long the message in work has been held; null when there is none.</param>
public sealed record StageStatistics(
    string Name,
    long In,
    long Out,
    long Dropped,
    long Discarded,
    int Queued,
    TimeSpan Busy,
    TimeSpan Blocked,
    TimeSpan? Holding);
