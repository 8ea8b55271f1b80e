using Emergence.Stages.Firing;
using Emergence.Stages.Tokens;

namespace Emergence.Benchmarks.Curves;

/// <summary>A probe set and firings with the sizes and the skew of real ones: few frequent features, many rare ones, some tied to a part of speech.</summary>
internal static class SyntheticFirings
{
    private const int Genres = 15;
    private const int Parts = 30;

    public static ProbeSet Probe(int documents, int tokens, Random random)
    {
        var facets = new Facet[]
        {
            new("genre", FacetKind.Document, [.. Enumerable.Range(0, Genres).Select(g => $"genre{g}")]),
            new("pos", FacetKind.Token, [.. Enumerable.Range(0, Parts).Select(p => $"pos{p}")]),
        };
        var length = tokens / documents;
        return new ProbeSet(facets, [.. Enumerable.Range(0, documents).Select(d =>
        {
            var genre = Enumerable.Repeat((short)(d / 2 % Genres), length).ToArray();
            var parts = new short[length];
            for (var t = 0; t < length; t++)
            {
                // Frequencies fall like those of parts of speech; one token in twelve has none.
                parts[t] = random.Next(12) == 0 ? (short)-1 : (short)Math.Min(Parts - 1, (int)(-6 * Math.Log(random.NextDouble())));
            }

            return new LabelledDocument($"d{d}", new int[length], [genre, parts]);
        })]);
    }

    public static FiringLog Log(ProbeSet probe, int features, int k, Random random)
    {
        var log = new FiringLog(probe, features);
        var firings = new TokenFirings();
        var chosen = new SortedSet<int>();
        for (var d = 0; d < probe.Documents.Count; d++)
        {
            var document = probe.Documents[d];
            firings.Reset();
            for (var t = 0; t < document.Tokens.Length; t++)
            {
                chosen.Clear();
                if (document.Labels[1][t] is >= 0 and var part && random.Next(5) > 0)
                {
                    chosen.Add(7 * part % features);
                }

                while (chosen.Count < k)
                {
                    // Density spread over about three orders of magnitude.
                    chosen.Add((int)(features * Math.Pow(random.NextDouble(), 2.2)));
                }

                foreach (var feature in chosen)
                {
                    firings.Add(feature, (float)(0.01 + random.NextDouble()));
                }

                firings.EndToken();
            }

            log.Add(new TokenBatch(new long[document.Tokens.Length], document.Tokens.Length, [new RowSource(d, 0, document.Tokens.Length)]), firings);
        }

        return log;
    }
}
