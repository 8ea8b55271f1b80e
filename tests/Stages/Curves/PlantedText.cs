using Emergence.Stages.Firing;
using Emergence.Stages.Tokens;

namespace Emergence.Stages.Tests.Curves;

/// <summary>
/// A probe set and firings with known truth, correlated within documents the way text is: labels come in runs, a feature's rate
/// differs from document to document by an exponentially distributed factor, and firings come in bursts.
/// </summary>
internal sealed class PlantedText
{
    public const int Genres = 6;
    public const int Parts = 8;
    private Random _random;
    private readonly List<bool[]> _features = [];

    public PlantedText(int seed, int documents = 48, int length = 150)
    {
        _random = new Random(seed);
        Facet[] facets =
        [
            new("genre", FacetKind.Document, [.. Enumerable.Range(0, Genres).Select(g => $"g{g}")]),
            new("pos", FacetKind.Token, [.. Enumerable.Range(0, Parts).Select(p => $"p{p}")]),
        ];
        Probe = new ProbeSet(facets, [.. Enumerable.Range(0, documents).Select(d =>
        {
            // Taste for each part of speech differs between documents too.
            var taste = Enumerable.Range(0, Parts).Select(_ => Exponential()).ToArray();
            var size = length / 2 + _random.Next(length);
            var parts = new short[size];
            for (var t = 0; t < size; t++)
            {
                parts[t] = t > 0 && _random.Next(4) == 0 ? parts[t - 1] : Draw(taste);
            }

            return new LabelledDocument($"d{d}", new int[size], [[.. Enumerable.Repeat((short)(d / 2 % Genres), size)], parts]);
        })]);
    }

    public ProbeSet Probe { get; }

    /// <summary>The same text, other firings.</summary>
    public PlantedText WithFirings(int seed)
    {
        _random = new Random(seed);
        return this;
    }

    /// <summary>Adds features that know no label.</summary>
    public PlantedText AddNoise(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var rate = Math.Pow(10, -0.7 - 1.8 * _random.NextDouble());
            var stay = 0.5 * _random.NextDouble();
            Add((d, t, before, factor) => before && _random.NextDouble() < stay || _random.NextDouble() < Math.Min(1, rate * factor));
        }

        return this;
    }

    /// <summary>Adds a feature that fires on a share of one category's tokens and, at another rate, on all other tokens; the first rate differs between documents by ± half of it.</summary>
    public PlantedText AddPlanted(int facet, int category, double recall, double falseRate)
    {
        var labels = Probe.Labels(facet);
        var byDocument = Enumerable.Range(0, Probe.Documents.Count).Select(_ => recall * (0.5 + _random.NextDouble())).ToArray();
        Add((d, t, _, _) => _random.NextDouble() < (labels[t] == category ? byDocument[d] : falseRate));
        return this;
    }

    public FiringLog Log()
    {
        var log = new FiringLog(Probe, _features.Count);
        var firings = new TokenFirings();
        for (var d = 0; d < Probe.Documents.Count; d++)
        {
            firings.Reset();
            for (var t = Probe.FirstToken[d]; t < Probe.FirstToken[d + 1]; t++)
            {
                for (var f = 0; f < _features.Count; f++)
                {
                    if (_features[f][t])
                    {
                        firings.Add(f, 1);
                    }
                }

                firings.EndToken();
            }

            var length = firings.TokenCount;
            log.Add(new TokenBatch(new long[length], length, [new RowSource(d, 0, length)]), firings);
        }

        return log;
    }

    private void Add(Func<int, int, bool, double, bool> fires)
    {
        var feature = new bool[Probe.TokenCount];
        for (var d = 0; d < Probe.Documents.Count; d++)
        {
            var factor = Exponential();
            var before = false;
            for (var t = Probe.FirstToken[d]; t < Probe.FirstToken[d + 1]; t++)
            {
                before = feature[t] = fires(d, t, before, factor);
            }
        }

        _features.Add(feature);
    }

    private double Exponential() => -Math.Log(1 - _random.NextDouble());

    private short Draw(double[] weights)
    {
        var left = _random.NextDouble() * weights.Sum();
        for (short i = 0; i < weights.Length; i++)
        {
            left -= weights[i];
            if (left <= 0)
            {
                return i;
            }
        }

        return (short)(weights.Length - 1);
    }
}
