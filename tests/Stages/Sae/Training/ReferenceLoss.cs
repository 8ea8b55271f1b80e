using Emergence.Stages.Sae.Training;

namespace Emergence.Stages.Tests.Sae.Training;

/// <summary>The loss of SAE.md in double precision and plain loops: what the hand-written gradients are checked against.</summary>
internal sealed class ReferenceLoss(int d, int features, double[] encoder, double[] encoderBias, double[] decoder, double[] decoderBias)
{
    /// <summary>Encoder, encoder bias, decoder, decoder bias: entries may be changed between calls.</summary>
    public double[][] Parameters { get; } = [encoder, encoderBias, decoder, decoderBias];

    public static ReferenceLoss Of(SaeWeights weights)
        => new(
            weights.Dimension, weights.Features, Doubles(weights.Encoder.ToArray().AsSpan(0, weights.Features * weights.Dimension)),
            Doubles(weights.EncoderBias.ToArray()), Doubles(weights.Decoder.ToArray()), Doubles(weights.DecoderBias.ToArray()));

    /// <summary>relu((x − b_dec)·W_enc + b_enc) of every latent, <c>[token][latent]</c>.</summary>
    public double[][] Activations(float[] x)
        => Enumerable.Range(0, x.Length / d).Select(r => Enumerable.Range(0, features).Select(f =>
        {
            var sum = encoderBias[f];
            for (var i = 0; i < d; i++)
            {
                sum += (x[(r * d) + i] - decoderBias[i]) * encoder[(f * d) + i];
            }

            return Math.Max(0, sum);
        }).ToArray()).ToArray();

    /// <summary>x̂ − x with only the chosen (token, latent) pairs active.</summary>
    public double[][] Error(float[] x, HashSet<(int Token, int Latent)> chosen)
        => Rebuilt(x, chosen).Select((row, r) => row.Select((v, i) => v + decoderBias[i] - x[(r * d) + i]).ToArray()).ToArray();

    /// <summary>
    /// Σ‖e‖²/(n·d) + α·Σ‖ê + e₀‖²/Σ‖e₀ − ē₀‖², e₀ the detached error.
    /// </summary>
    public double Loss(float[] x, HashSet<(int, int)> chosen, HashSet<(int, int)> dead, double[][] detached, double alpha)
    {
        var loss = Error(x, chosen).Sum(Squares) / x.Length;
        if (dead.Count == 0)
        {
            return loss;
        }

        var mean = Enumerable.Range(0, d).Select(i => detached.Average(row => row[i])).ToArray();
        var variation = detached.Sum(row => Squares(row.Zip(mean, (a, b) => a - b).ToArray()));
        return loss + (alpha * Rebuilt(x, dead).Zip(detached, (a, b) => Squares(a.Zip(b, (p, q) => p + q).ToArray())).Sum() / variation);
    }

    /// <summary>The k greatest activations above zero of each token, or the n·k greatest of all; only latents that are allowed.</summary>
    public HashSet<(int, int)> Choose(float[] x, int k, bool overBatch, Func<int, bool> allowed)
    {
        var all = Activations(x).SelectMany((row, r) => row.Select((v, f) => (Token: r, Latent: f, Value: v))).Where(e => e.Value > 0 && allowed(e.Latent));
        var rows = x.Length / d;
        var kept = overBatch
            ? all.OrderByDescending(e => e.Value).Take(rows * k)
            : all.GroupBy(e => e.Token).SelectMany(g => g.OrderByDescending(e => e.Value).Take(k));
        return kept.Select(e => (e.Token, e.Latent)).ToHashSet();
    }

    private double[][] Rebuilt(float[] x, HashSet<(int Token, int Latent)> chosen)
    {
        var activations = Activations(x);
        var rows = Enumerable.Range(0, activations.Length).Select(_ => new double[d]).ToArray();
        foreach (var (token, latent) in chosen)
        {
            for (var i = 0; i < d; i++)
            {
                rows[token][i] += activations[token][latent] * decoder[(latent * d) + i];
            }
        }

        return rows;
    }

    private static double Squares(double[] row) => row.Sum(v => v * v);

    private static double[] Doubles(ReadOnlySpan<float> values)
    {
        var result = new double[values.Length];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = values[i];
        }

        return result;
    }
}
