using Emergence.Stages.Tokens;

namespace Emergence.Stages.Firing;

/// <summary>
/// The firings of one layer's SAE on the whole probe set, token-major, as they come in batch by batch. One log per layer lives
/// for the whole run: <see cref="Reset"/> at each checkpoint, then <see cref="Add"/> in probe order until <see cref="IsComplete"/>.
/// </summary>
/// <remarks>
/// Memory: 8 bytes per firing plus 4 per probe token, so about <c>8 × TokenCount × L0</c> bytes (k firings a token: 140 000 tokens
/// at k = 32 hold 36 MB), taken in chunks that are kept and reused: nothing grows from checkpoint to checkpoint beyond the
/// checkpoint with most firings. An SAE that is not sparse is refused at <c>maxMeanFirings</c> firings per token instead of
/// filling the memory. Not safe for use by several threads at once.
/// </remarks>
public sealed class FiringLog
{
    /// <summary>Default of the greatest mean number of firings per probe token.</summary>
    public const int DefaultMaxMeanFirings = 512;

    private const int ChunkSize = 1 << 18;

    private readonly ProbeSet _probe;
    private readonly long _limit;
    private readonly int[] _offsets;
    private readonly List<int[]> _features = [];
    private readonly List<float[]> _values = [];

    /// <summary>Makes an empty log.</summary>
    /// <param name="probe">The probe set whose tokens will come.</param>
    /// <param name="features">Number of features of the SAE, at least 1.</param>
    /// <param name="maxMeanFirings">Greatest mean number of firings per probe token that is accepted, at least 1.</param>
    public FiringLog(ProbeSet probe, int features, int maxMeanFirings = DefaultMaxMeanFirings)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxMeanFirings, 1);
        _probe = probe;
        FeatureCount = features;
        _limit = Math.Min((long)probe.TokenCount * maxMeanFirings, int.MaxValue - ChunkSize);
        _offsets = new int[probe.TokenCount + 1];
    }

    /// <summary>The probe set.</summary>
    public ProbeSet Probe => _probe;

    /// <summary>Number of features of the SAE.</summary>
    public int FeatureCount { get; }

    /// <summary>Probe tokens taken so far.</summary>
    public int TokenCount { get; private set; }

    /// <summary>Firings taken so far.</summary>
    public int Count { get; private set; }

    /// <summary>Whether every token of the probe set has been taken.</summary>
    public bool IsComplete => TokenCount == _probe.TokenCount;

    /// <summary>Empties the log for the next checkpoint, keeping its memory.</summary>
    public void Reset()
    {
        TokenCount = 0;
        Count = 0;
    }

    /// <summary>Takes the firings of the next tokens of the probe set.</summary>
    /// <param name="batch">Rows of the probe set, next in probe order; padding is left out of <paramref name="firings"/>.</param>
    /// <param name="firings">One entry per real token of the batch, in row order.</param>
    /// <exception cref="ArgumentException">The batch is not the next one in probe order, or the firings do not fit it, name a feature that does not exist, name one twice, or are not above zero. The log is unchanged.</exception>
    /// <exception cref="InvalidOperationException">The SAE fires more often than the limit given to the constructor.</exception>
    public void Add(TokenBatch batch, TokenFirings firings)
    {
        CheckOrder(batch);
        CheckFirings(batch, firings);
        if (Count + (long)firings.Count > _limit)
        {
            throw new InvalidOperationException($"more than {_limit} firings on {_probe.TokenCount} probe tokens: the SAE is not sparse");
        }

        var offsets = firings.Offsets;
        for (var t = 1; t <= firings.TokenCount; t++)
        {
            _offsets[TokenCount + t] = Count + offsets[t];
        }

        Append(firings.Features, firings.Values);
        TokenCount += firings.TokenCount;
        Count += firings.Count;
    }

    /// <summary>Where each taken token's firings begin, <c>[TokenCount + 1]</c>.</summary>
    internal ReadOnlySpan<int> Offsets => _offsets.AsSpan(0, TokenCount + 1);

    /// <summary>The firings from index <paramref name="start"/> to the end of the chunk they lie in or of the log.</summary>
    internal void Chunk(int start, out ReadOnlySpan<int> features, out ReadOnlySpan<float> values)
    {
        var chunk = start / ChunkSize;
        var from = start % ChunkSize;
        var length = Math.Min(ChunkSize - from, Count - start);
        features = _features[chunk].AsSpan(from, length);
        values = _values[chunk].AsSpan(from, length);
    }

    private void Append(ReadOnlySpan<int> features, ReadOnlySpan<float> values)
    {
        for (var at = Count; features.Length > 0;)
        {
            var chunk = at / ChunkSize;
            if (chunk == _features.Count)
            {
                _features.Add(new int[ChunkSize]);
                _values.Add(new float[ChunkSize]);
            }

            var from = at % ChunkSize;
            var length = Math.Min(ChunkSize - from, features.Length);
            features[..length].CopyTo(_features[chunk].AsSpan(from));
            values[..length].CopyTo(_values[chunk].AsSpan(from));
            features = features[length..];
            values = values[length..];
            at += length;
        }
    }

    private void CheckOrder(TokenBatch batch)
    {
        var next = TokenCount;
        foreach (var row in batch.Rows)
        {
            if (row.Document < 0 || row.Document >= _probe.Documents.Count || row.Start < 0 || row.Count < 1
                || row.Count > _probe.FirstToken[row.Document + 1] - _probe.FirstToken[row.Document] - row.Start)
            {
                throw new ArgumentException($"row {row} lies outside the probe set", nameof(batch));
            }

            if (_probe.FirstToken[row.Document] + row.Start != next)
            {
                throw new ArgumentException($"row {row} is not next in probe order: token {next} is", nameof(batch));
            }

            next += row.Count;
        }
    }

    private void CheckFirings(TokenBatch batch, TokenFirings firings)
    {
        if (firings.TokenCount != batch.TokenCount)
        {
            throw new ArgumentException($"firings of {firings.TokenCount} tokens for a batch of {batch.TokenCount}", nameof(firings));
        }

        var offsets = firings.Offsets;
        var features = firings.Features;
        var values = firings.Values;
        for (var t = 0; t < firings.TokenCount; t++)
        {
            var last = -1;
            for (var i = offsets[t]; i < offsets[t + 1]; i++)
            {
                // !(v > 0) is true for NaN as well.
                if (features[i] <= last || features[i] >= FeatureCount || !(values[i] > 0) || float.IsPositiveInfinity(values[i]))
                {
                    throw new ArgumentException($"token {t} of the batch: firing {features[i]} = {values[i]} after feature {last} of {FeatureCount}", nameof(firings));
                }

                last = features[i];
            }
        }
    }
}
