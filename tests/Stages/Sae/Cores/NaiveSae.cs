using Emergence.Stages.Sae;

namespace Emergence.Stages.Tests.Sae.Cores;

/// <summary>The formulas of <see cref="Stages.Sae.Cores.ISaeCore"/> in double precision and plain loops.</summary>
/// <param name="options">Architecture, k, prefixes, auxiliary loss.</param>
/// <param name="d">d.</param>
/// <param name="weights">In a snapshot's order; entries may be changed between calls.</param>
internal sealed class NaiveSae(SaeOptions options, int d, double[][] weights)
{
    private readonly int _features = weights[1].Length;

    public double[][] Weights => weights;

    /// <summary>z, <c>[n·F]</c>.</summary>
    public double[] Activations(double[] x)
    {
        var z = new double[x.Length / d * _features];
        for (var i = 0; i < z.Length; i++)
        {
            var (n, f) = (i / _features, i % _features);
            z[i] = weights[1][f];
            for (var c = 0; c < d; c++)
            {
                z[i] += (x[(n * d) + c] - weights[3][c]) * weights[0][(f * d) + c];
            }
        }

        return z;
    }

    /// <summary>Which entries of z are active.</summary>
    public bool[] Active(double[] x)
    {
        var z = Activations(x);
        var n = z.Length / _features;
        return options.Architecture switch
        {
            SaeArchitecture.TopK => Greatest(z, options.K, _features),
            SaeArchitecture.JumpReLU => z.Select((v, i) => v > 0 && v > Math.Exp(weights[4][i % _features])).ToArray(),
            _ => Greatest(z, n * options.K, z.Length),
        };
    }

    /// <summary>Which entries of z the auxiliary loss works with; none when it is off.</summary>
    public bool[] Auxiliary(double[] x, bool[] dead)
    {
        var z = Activations(x).Select((v, i) => dead[i % _features] ? v : double.NegativeInfinity).ToArray();
        return Greatest(z, options.AuxCoefficient > 0 ? options.AuxLatents ?? Math.Max(1, d / 2) : 0, _features);
    }

    /// <summary>e of the latents below <paramref name="end"/>, <c>[n·d]</c>.</summary>
    public double[] Error(double[] x, bool[] active, int end)
    {
        var rebuilt = Rebuilt(x, active, end);
        return rebuilt.Select((v, i) => v - (x[i] - weights[3][i % d])).ToArray();
    }

    /// <summary>The loss but for JumpReLU's penalty, with the selections given and <paramref name="rest"/> (e, constant in the auxiliary loss) too.</summary>
    public double Loss(double[] x, bool[] active, bool[] auxiliary, double[] rest)
    {
        var ends = options.PrefixEnds(d);
        var loss = ends.Average(end => Error(x, active, end).Sum(v => v * v)) / x.Length;
        var mean = Enumerable.Range(0, d).Select(c => Enumerable.Range(0, x.Length / d).Average(n => rest[(n * d) + c])).ToArray();
        var variation = rest.Select((v, i) => v - mean[i % d]).Sum(v => v * v);
        return auxiliary.Contains(true) && variation > 0
            ? loss + (options.AuxCoefficient * Rebuilt(x, auxiliary, _features).Zip(rest, (a, b) => (a + b) * (a + b)).Sum() / variation)
            : loss;
    }

    private double[] Rebuilt(double[] x, bool[] active, int end)
    {
        var z = Activations(x);
        var sum = new double[x.Length];
        for (var i = 0; i < z.Length; i++)
        {
            for (var c = 0; active[i] && i % _features < end && c < d; c++)
            {
                sum[(i / _features * d) + c] += z[i] * weights[2][(i % _features * d) + c];
            }
        }

        return sum;
    }

    // The k greatest above 0 of each group of entries; of equal ones the first. OrderByDescending is stable.
    private static bool[] Greatest(double[] z, int k, int group)
    {
        var kept = Enumerable.Range(0, z.Length).Where(i => z[i] > 0).GroupBy(i => i / group)
            .SelectMany(g => g.OrderByDescending(i => z[i]).Take(k)).ToHashSet();
        return Enumerable.Range(0, z.Length).Select(kept.Contains).ToArray();
    }
}
