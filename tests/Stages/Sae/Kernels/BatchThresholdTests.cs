using Emergence.Stages.Sae.Kernels;

namespace Emergence.Stages.Tests.Sae.Kernels;

/// <summary>The B·k greatest of a batch against the formula: sort by value, then token, then latent; take B·k.</summary>
public sealed unsafe class BatchThresholdTests
{
    private const int PieceRows = 32;

    [Theory]
    [InlineData(1, 40, 3)]
    [InlineData(37, 100, 4)]
    [InlineData(64, 333, 8)]
    [InlineData(100, 1024, 16)]
    [InlineData(33, 20, 20)]
    public void The_kept_values_are_the_formulas(int rows, int features, int k)
    {
        var pieces = (rows + PieceRows - 1) / PieceRows;
        var threshold = new BatchThreshold(pieces);
        // One threshold sees batches of very different scale, so its guess of the bound is wrong both ways.
        foreach (var (seed, scale, quantum) in new[] { (1, 1f, 0f), (2, 1f, 0.5f), (3, 1000f, 0f), (4, 1e-3f, 0f), (5, 1f, 3f), (6, 0f, 0f), (7, 1f, 0f), (8, 1e-38f, 0f), (9, 1f, 0f) })
        {
            var random = new Random(seed);
            var z = Enumerable.Range(0, rows).Select(r => Enumerable.Range(0, features).Select(_ =>
            {
                var value = TestMatrix.Normal(random) * scale * (1 + (r % 3));
                return quantum == 0 ? value : MathF.Round(value / quantum) * quantum;
            }).ToArray()).ToArray();

            var actual = Kept(threshold, z, pieces, k);

            var expected = z.SelectMany((row, r) => row.Select((value, latent) => (Row: r, Latent: latent, Value: value))).Where(e => e.Value > 0)
                .OrderByDescending(e => e.Value).ThenBy(e => e.Row).ThenBy(e => e.Latent).Take(rows * k)
                .OrderBy(e => e.Row).ThenBy(e => e.Latent).ToArray();
            Assert.Equal(expected, actual);
            Assert.Equal(expected.Length == 0 ? 0 : expected.Min(e => e.Value), threshold.SmallestKept);
        }
    }

    private static (int Row, int Latent, float Value)[] Kept(BatchThreshold threshold, float[][] z, int pieces, int k)
    {
        using var encoder = new ArrayPieceEncoder(z);
        var codes = Enumerable.Range(0, pieces).Select(_ => new CodePiece(PieceRows, 1)).ToArray();
        if (!threshold.GuessFromLast())
        {
            threshold.GuessFromRows(encoder, null, Math.Min(PieceRows, z.Length), k);
        }

        var found = Select(threshold, encoder, codes, z.Length, k);
        if (!found)
        {
            threshold.LookAtAll();
            found = Select(threshold, encoder, codes, z.Length, k);
        }

        if (found)
        {
            for (var p = 0; p < pieces; p++)
            {
                threshold.Near(p, codes[p]);
            }

            threshold.Decide(pieces);
            for (var p = 0; p < pieces; p++)
            {
                threshold.Keep(p, codes[p]);
            }
        }
        else
        {
            threshold.KeepAll(codes);
        }

        return [.. codes.SelectMany((piece, p) => Enumerable.Range(0, piece.Rows).SelectMany(r => Enumerable.Range(piece.StartOf(r), piece.EndOf(r) - piece.StartOf(r))
            .Select(i => ((p * PieceRows) + r, piece.Latents[i], piece.Values[i]))))];
    }

    private static bool Select(BatchThreshold threshold, ArrayPieceEncoder encoder, CodePiece[] codes, int rows, int k)
    {
        for (var p = 0; p < codes.Length; p++)
        {
            codes[p].Clear();
            var n = Math.Min(PieceRows, rows - (p * PieceRows));
            encoder.Multiply(null!, p * PieceRows, n);
            for (var r = 0; r < n; r++)
            {
                var count = encoder.AtLeast(r, null, threshold.Bound);
                codes[p].Add(encoder.Indices[..count], encoder.Values[..count]);
            }

            threshold.Count(p, codes[p]);
        }

        return threshold.FindBin(codes.Length, rows * k, codes.Sum(c => c.Count));
    }
}
