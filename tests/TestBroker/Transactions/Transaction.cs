namespace Emergence.TestBroker.Transactions;

/// <summary>What the coordinator knows of a transactional id.</summary>
internal sealed class Transaction
{
    public required long ProducerId { get; set; }

    public required short Epoch { get; set; }

    /// <summary>The epoch before, when its producer asked for the newer one itself; -1 otherwise.</summary>
    public short LastEpoch { get; set; } = -1;

    public required TimeSpan Timeout { get; set; }

    public TransactionPhase Phase { get; set; }

    public DateTimeOffset Since { get; set; }

    /// <summary>When markers are due, while the end is prepared.</summary>
    public DateTimeOffset MarkersAt { get; set; }

    public List<(string Topic, int Partition)> Partitions { get; } = [];

    public List<string> Groups { get; } = [];

    public bool IsEnding => Phase is TransactionPhase.PrepareCommit or TransactionPhase.PrepareAbort;
}
