using Emergence.Pipeline.Flow;
using Emergence.Stages.Firing;

namespace Emergence.Pipeline.Messages;

/// <summary>A checkpoint whose firings on the whole probe set are counted. Its logs are pooled.</summary>
/// <param name="leases">Where living messages are counted.</param>
/// <param name="work">The checkpoint's ledger.</param>
/// <param name="logs">One complete log per watched layer; given back to <paramref name="pool"/> with the message.</param>
/// <param name="pool">Where the logs come from.</param>
public sealed class CountedCheckpoint(LeaseCounter leases, CheckpointWork work, FiringLog[] logs, Pool<FiringLog[]> pool) : Message(leases)
{
    /// <summary>The checkpoint's ledger.</summary>
    public CheckpointWork Work { get; } = work;

    /// <summary>One complete log per watched layer.</summary>
    public IReadOnlyList<FiringLog> Logs { get; } = logs;

    /// <inheritdoc/>
    public override string ToString() => $"step {Work.Step} counted";

    /// <inheritdoc/>
    protected override void Release() => pool.Return(logs);
}
