namespace Emergence.TestBroker.Log;

/// <summary>What a partition knows of an idempotent producer.</summary>
internal sealed class ProducerEntry
{
    /// <summary>How many batches are remembered, so that one that is sent again is told from a new one; librdkafka and Kafka's own client send at most so many at once.</summary>
    private const int Remembered = 5;
    private readonly Queue<(int First, int Last, long Offset)> _recent = new();

    public short Epoch { get; private set; } = -1;

    public int LastSequence { get; private set; } = -1;

    /// <summary>First offset of the transaction that is open here; null when none is.</summary>
    public long? OpenSince { get; set; }

    /// <summary>Offset of a batch that came before with the same epoch and sequence numbers.</summary>
    public long? OffsetOf(RecordBatch batch)
    {
        foreach (var (first, last, offset) in _recent)
        {
            if (batch.ProducerEpoch == Epoch && first == batch.FirstSequence && last == batch.LastSequence)
                return offset;
        }

        return null;
    }

    /// <summary>Whether a batch is the next one. A producer that is new here, or has a new epoch, begins at 0.</summary>
    public bool IsNext(RecordBatch batch)
    {
        var last = batch.ProducerEpoch == Epoch ? LastSequence : -1;
        return batch.FirstSequence == (last == int.MaxValue ? 0 : last + 1);
    }

    public void Accept(RecordBatch batch)
    {
        Raise(batch.ProducerEpoch);
        LastSequence = batch.LastSequence;
        _recent.Enqueue((batch.FirstSequence, batch.LastSequence, batch.BaseOffset));
        if (_recent.Count > Remembered)
            _recent.Dequeue();
    }

    /// <summary>A newer epoch begins its sequence numbers anew.</summary>
    public void Raise(short epoch)
    {
        if (epoch <= Epoch)
            return;
        Epoch = epoch;
        LastSequence = -1;
        _recent.Clear();
    }
}
