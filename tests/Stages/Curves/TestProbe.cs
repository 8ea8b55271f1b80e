using Emergence.Stages.Firing;
using Emergence.Stages.Tokens;

namespace Emergence.Stages.Tests.Curves;

/// <summary>Makes small labelled texts and firing logs for the tests of counting and curves.</summary>
internal static class TestProbe
{
    /// <summary>Documents of uneven length with a document facet of 4 categories (the last one in a single document, some documents without) and a token facet of 5 (some tokens without, in runs).</summary>
    public static ProbeSet Random(int seed, int documents = 14, int meanLength = 40)
    {
        var random = new Random(seed);
        Facet[] facets =
        [
            new("genre", FacetKind.Document, ["news", "essay", "fiction", "lone"]),
            new("pos", FacetKind.Token, ["noun", "verb", "article", "rare", "absent"]),
        ];
        return new ProbeSet(facets, [.. Enumerable.Range(0, documents).Select(d =>
        {
            var length = 1 + random.Next(2 * meanLength);
            var genre = (short)(d == 3 ? 3 : random.Next(4) - 1 is var g && g < 3 ? g : 0);
            var parts = new short[length];
            for (var t = 0; t < length; t++)
            {
                parts[t] = t > 0 && random.Next(3) == 0 ? parts[t - 1] : (short)(random.Next(12) == 0 ? 3 : random.Next(4) - 1);
            }

            return new LabelledDocument($"d{d}", new int[length], [[.. Enumerable.Repeat(genre, length)], parts]);
        })]);
    }

    /// <summary>A document facet and a token facet of even categories: <paramref name="genres"/> spread over both halves, parts of speech drawn token by token.</summary>
    public static ProbeSet Regular(int seed, int documents, int length, int genres, int parts)
    {
        var random = new Random(seed);
        Facet[] facets =
        [
            new("genre", FacetKind.Document, [.. Enumerable.Range(0, genres).Select(g => $"g{g}")]),
            new("pos", FacetKind.Token, [.. Enumerable.Range(0, parts).Select(p => $"p{p}")]),
        ];
        return new ProbeSet(facets, [.. Enumerable.Range(0, documents).Select(d => new LabelledDocument(
            $"d{d}",
            new int[length],
            [[.. Enumerable.Repeat((short)(d / 2 % genres), length)], [.. Enumerable.Range(0, length).Select(_ => (short)random.Next(parts))]]))]);
    }

    /// <summary>Document of a probe index.</summary>
    public static int DocumentOf(this ProbeSet probe, int token) => Array.FindIndex(probe.FirstToken, first => first > token) - 1;

    /// <summary>Label of a probe index, −1 for none.</summary>
    public static int Label(this ProbeSet probe, int facet, int token)
    {
        var document = probe.DocumentOf(token);
        return probe.Documents[document].Labels[facet][token - probe.FirstToken[document]];
    }

    /// <summary>All labels of a facet, −1 for none.</summary>
    public static int[] Labels(this ProbeSet probe, int facet) => [.. probe.Documents.SelectMany(d => d.Labels[facet]).Select(l => (int)l)];

    /// <summary>Random activations <c>[feature][token]</c> of very different densities; the last feature never fires, and features 0 and 1 are alike.</summary>
    public static float[][] RandomActivations(ProbeSet probe, int features, int seed)
    {
        var random = new Random(seed);
        var activations = Enumerable.Range(0, features).Select(f =>
        {
            var density = Math.Pow(10, -2 * random.NextDouble());
            var part = random.Next(6);
            return Enumerable.Range(0, probe.TokenCount)
                .Select(t => random.NextDouble() < (probe.Label(1, t) == part ? Math.Sqrt(density) : density) ? 1 + random.Next(20) / 4f : 0)
                .ToArray();
        }).ToArray();
        activations[1] = activations[0];
        activations[^1] = new float[probe.TokenCount];
        return activations;
    }

    /// <summary>Puts activations into a log in rows of a given length, two rows a batch.</summary>
    public static FiringLog Log(ProbeSet probe, float[][] activations, int rowLength = 16)
    {
        var log = new FiringLog(probe, activations.Length);
        Fill(log, activations, rowLength);
        return log;
    }

    /// <summary>Puts activations into an empty log.</summary>
    public static void Fill(FiringLog log, float[][] activations, int rowLength = 16)
    {
        foreach (var rows in Rows(log.Probe, rowLength).Chunk(2))
        {
            log.Add(new TokenBatch(new long[rows.Length * rowLength], rowLength, rows), Firings(log.Probe, activations, rows));
        }
    }

    /// <summary>The rows of the probe set.</summary>
    public static IEnumerable<RowSource> Rows(ProbeSet probe, int rowLength)
    {
        for (var d = 0; d < probe.Documents.Count; d++)
        {
            var length = probe.Documents[d].Tokens.Length;
            for (var start = 0; start < length; start += rowLength)
            {
                yield return new RowSource(d, start, Math.Min(rowLength, length - start));
            }
        }
    }

    /// <summary>The firings of a batch's rows.</summary>
    public static TokenFirings Firings(ProbeSet probe, float[][] activations, RowSource[] rows)
    {
        var firings = new TokenFirings();
        foreach (var row in rows)
        {
            for (var t = 0; t < row.Count; t++)
            {
                for (var f = 0; f < activations.Length; f++)
                {
                    if (activations[f][probe.FirstToken[row.Document] + row.Start + t] is > 0 and var value)
                    {
                        firings.Add(f, value);
                    }
                }

                firings.EndToken();
            }
        }

        return firings;
    }
}
