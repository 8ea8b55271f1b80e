namespace Emergence.Stages.Firing;

/// <summary>
/// The firings of a complete <see cref="FiringLog"/> seen from the features (compressed sparse columns): for each feature the probe
/// tokens on which it fires, ascending, and its activations there. Filled anew for each layer and checkpoint; the buffers
/// (8 bytes per firing) are kept, so one instance serves all layers in turn.
/// </summary>
public sealed class FeatureFirings
{
    private int[] _offsets = [0];
    private int[] _next = [];
    private int[] _tokens = [];
    private float[] _values = [];

    /// <summary>Number of features.</summary>
    public int FeatureCount { get; private set; }

    /// <summary>Number of firings of all features.</summary>
    public int Count => _offsets[FeatureCount];

    /// <summary>The probe indices of the tokens on which a feature fires, ascending.</summary>
    /// <param name="feature">Feature index, 0 to <see cref="FeatureCount"/> − 1.</param>
    public ReadOnlySpan<int> Tokens(int feature) => _tokens.AsSpan(_offsets[feature], _offsets[feature + 1] - _offsets[feature]);

    /// <summary>The activations at <see cref="Tokens"/>.</summary>
    /// <param name="feature">Feature index, 0 to <see cref="FeatureCount"/> − 1.</param>
    public ReadOnlySpan<float> Values(int feature) => _values.AsSpan(_offsets[feature], _offsets[feature + 1] - _offsets[feature]);

    /// <summary>Takes over what a log holds.</summary>
    /// <param name="log">A complete log; it is only read.</param>
    /// <exception cref="InvalidOperationException">The log lacks tokens of the probe set.</exception>
    public void Fill(FiringLog log)
    {
        if (!log.IsComplete)
        {
            throw new InvalidOperationException($"the log holds {log.TokenCount} of {log.Probe.TokenCount} probe tokens");
        }

        Reserve(log.FeatureCount, log.Count);
        CountPerFeature(log);

        // Counting sort: tokens come in ascending order, so each feature's list is ascending too.
        var ends = log.Offsets;
        var token = 0;
        for (var at = 0; at < log.Count;)
        {
            log.Chunk(at, out var features, out var values);
            for (var i = 0; i < features.Length; i++)
            {
                while (ends[token + 1] <= at + i)
                {
                    token++;
                }

                var place = _next[features[i]]++;
                _tokens[place] = token;
                _values[place] = values[i];
            }

            at += features.Length;
        }
    }

    private void Reserve(int features, int count)
    {
        FeatureCount = features;
        if (_offsets.Length != features + 1)
        {
            _offsets = new int[features + 1];
            _next = new int[features];
        }

        if (_tokens.Length < count)
        {
            _tokens = new int[count];
            _values = new float[count];
        }
    }

    private void CountPerFeature(FiringLog log)
    {
        Array.Clear(_offsets);
        for (var at = 0; at < log.Count;)
        {
            log.Chunk(at, out var features, out _);
            foreach (var feature in features)
            {
                _offsets[feature + 1]++;
            }

            at += features.Length;
        }

        for (var f = 0; f < FeatureCount; f++)
        {
            _next[f] = _offsets[f];
            _offsets[f + 1] += _offsets[f];
        }
    }
}
