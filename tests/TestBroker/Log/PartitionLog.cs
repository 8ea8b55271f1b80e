using Emergence.TestBroker.Server;
using Emergence.TestBroker.Wire;

namespace Emergence.TestBroker.Log;

/// <summary>One partition: its batches, what is known of its producers, and which transactions are open or were aborted. Called under the broker's lock.</summary>
/// <param name="cheats">Ways in which it lies, for tests of tests.</param>
internal sealed class PartitionLog(Cheats cheats)
{
    private readonly List<RecordBatch> _batches = [];
    private readonly Dictionary<long, ProducerEntry> _producers = [];
    private readonly List<AbortedTransaction> _aborted = [];

    /// <summary>Offset of the next message.</summary>
    public long HighWatermark { get; private set; }

    /// <summary>Where the oldest open transaction begins: readers of what is committed see nothing from here on.</summary>
    public long LastStableOffset => cheats.HasFlag(Cheats.StableOffsetIsHighWatermark)
        ? HighWatermark
        : _producers.Values.Min(producer => producer.OpenSince) ?? HighWatermark;

    /// <summary>Bytes held.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether the coordinator must be asked before a transactional batch is taken: it opens a transaction here.</summary>
    public bool OpensTransaction(RecordBatch batch) =>
        batch.IsTransactional && !(_producers.TryGetValue(batch.ProducerId, out var producer) && (producer.OpenSince is not null || producer.OffsetOf(batch) is not null));

    /// <summary>Appends a producer's batch, unless it is there already.</summary>
    /// <param name="batch">The batch, checked.</param>
    /// <returns>Why it is refused, or the offset of its first record.</returns>
    public (ErrorCode Error, long Offset) Append(RecordBatch batch)
    {
        if (batch.ProducerId < 0)
            return (ErrorCode.None, Store(batch));
        if (batch.FirstSequence < 0 || batch.ProducerEpoch < 0)
            return (ErrorCode.InvalidRecord, -1);
        var producer = _producers.GetValueOrDefault(batch.ProducerId) ?? new ProducerEntry();
        if (batch.ProducerEpoch < producer.Epoch)
            return (ErrorCode.InvalidProducerEpoch, -1);
        if (!cheats.HasFlag(Cheats.ForgetSequences))
        {
            if (producer.OffsetOf(batch) is { } there)
                return (ErrorCode.None, there);
            if (!producer.IsNext(batch))
                return (ErrorCode.OutOfOrderSequenceNumber, -1);
        }

        if (producer.OpenSince is not null && !batch.IsTransactional)
            return (ErrorCode.InvalidTransactionState, -1);
        Store(batch);
        producer.Accept(batch);
        if (batch.IsTransactional)
            producer.OpenSince ??= batch.BaseOffset;
        _producers[batch.ProducerId] = producer;
        return (ErrorCode.None, batch.BaseOffset);
    }

    /// <summary>Ends a producer's transaction here. Messages of older epochs are refused from now on.</summary>
    public void End(long producerId, short epoch, bool commit, DateTimeOffset at)
    {
        if (!_producers.TryGetValue(producerId, out var producer))
            _producers[producerId] = producer = new ProducerEntry();
        var marker = Store(RecordBatch.Marker(producerId, epoch, commit, at));
        if (producer.OpenSince is { } first && !commit)
            _aborted.Add(new AbortedTransaction(producerId, first, marker));
        producer.OpenSince = null;
        producer.Raise(epoch);
    }

    /// <summary>Batches from an offset on.</summary>
    /// <param name="offset">Offset of the first message wanted, at most the high watermark.</param>
    /// <param name="maxBytes">Bytes at most.</param>
    /// <param name="evenIfLarger">Whether the first batch comes even when it is larger.</param>
    /// <param name="committed">Whether the reader wants what is committed only.</param>
    public FetchedBatches Read(long offset, int maxBytes, bool evenIfLarger, bool committed)
    {
        var end = committed ? LastStableOffset : HighWatermark;
        var (batches, bytes) = (new List<RecordBatch>(), 0);
        for (var i = IndexOf(offset); i < _batches.Count && _batches[i].BaseOffset < end; i++)
        {
            var length = _batches[i].Bytes.Length;
            if ((long)bytes + length > maxBytes && !(evenIfLarger && batches.Count == 0))
                break;
            batches.Add(_batches[i]);
            bytes += length;
        }

        return new FetchedBatches(batches, bytes, committed ? AbortedIn(offset, batches.Count == 0 ? offset : batches[^1].LastOffset + 1) : null);
    }

    /// <summary>First message written at a time or later, among those before an offset; null when there is none.</summary>
    public (long Offset, long Timestamp)? FirstAt(long timestamp, long end)
    {
        foreach (var batch in _batches)
        {
            if (batch.MaxTimestamp >= timestamp && !batch.IsControl)
            {
                var first = batch.FirstAt(timestamp);
                return first.Offset < end ? first : null;
            }
        }

        return null;
    }

    private IReadOnlyList<AbortedTransaction> AbortedIn(long from, long to) => cheats.HasFlag(Cheats.ShowAborted)
        ? []
        : [.. _aborted.Where(aborted => aborted.Marker >= from && aborted.First < to).OrderBy(aborted => aborted.First)];

    private long Store(RecordBatch batch)
    {
        batch.Place(HighWatermark);
        _batches.Add(batch);
        HighWatermark = batch.LastOffset + 1;
        Bytes += batch.Bytes.Length;
        return batch.BaseOffset;
    }

    /// <summary>The batch that holds an offset, by halves.</summary>
    private int IndexOf(long offset)
    {
        var (low, high) = (0, _batches.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_batches[middle].LastOffset < offset)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
