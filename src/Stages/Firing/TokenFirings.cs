namespace Emergence.Stages.Firing;

/// <summary>
/// Which features fire on each token of one batch, token-major (compressed sparse rows). The owner reuses it batch after
/// batch: <see cref="Reset"/>, then for each token <see cref="Add"/> its firings and <see cref="EndToken"/>.
/// </summary>
public sealed class TokenFirings
{
    private int[] _offsets = new int[1];
    private int[] _features = [];
    private float[] _values = [];

    /// <summary>Number of finished tokens.</summary>
    public int TokenCount { get; private set; }

    /// <summary>Number of firings recorded.</summary>
    public int Count { get; private set; }

    /// <summary><c>[TokenCount + 1]</c>: where each token's firings begin.</summary>
    public ReadOnlySpan<int> Offsets => _offsets.AsSpan(0, TokenCount + 1);

    /// <summary><c>[Count]</c>: feature of each firing, ascending within a token.</summary>
    public ReadOnlySpan<int> Features => _features.AsSpan(0, Count);

    /// <summary><c>[Count]</c>: activation of each firing, above zero.</summary>
    public ReadOnlySpan<float> Values => _values.AsSpan(0, Count);

    /// <summary>Empties it, keeping the buffers.</summary>
    public void Reset()
    {
        TokenCount = 0;
        Count = 0;
    }

    /// <summary>Records a firing on the token in work.</summary>
    /// <param name="feature">Feature index; ascending within a token.</param>
    /// <param name="value">Its activation, above zero.</param>
    public void Add(int feature, float value)
    {
        if (Count == _features.Length)
        {
            var size = Math.Max(1024, Count * 2);
            Array.Resize(ref _features, size);
            Array.Resize(ref _values, size);
        }

        _features[Count] = feature;
        _values[Count] = value;
        Count++;
    }

    /// <summary>Finishes the token in work.</summary>
    public void EndToken()
    {
        if (TokenCount + 2 > _offsets.Length)
        {
            Array.Resize(ref _offsets, Math.Max(256, _offsets.Length * 2));
        }

        TokenCount++;
        _offsets[TokenCount] = Count;
    }
}
