using Emergence.Stages.Sae;
using Emergence.Stages.Sae.Cores;

namespace Emergence.Stages.Tests.Sae.Cores;

/// <summary>
/// What follows the gradients, in double precision: parallel part removed, norm clipped, Adam as in arXiv 1412.6980, algorithm 1, rows
/// brought back to unit norm.
/// </summary>
/// <param name="weights">In a snapshot's order; changed by each step.</param>
/// <param name="d">d.</param>
/// <param name="normalise">Whether decoder rows have unit norm.</param>
internal sealed class NaiveAdam(double[][] weights, int d, bool normalise)
{
    private readonly double[][] _first = weights.Select(part => new double[part.Length]).ToArray();
    private readonly double[][] _second = weights.Select(part => new double[part.Length]).ToArray();
    private int _steps;

    /// <summary>One step; returns the norm before clipping.</summary>
    public double Step(double[][] gradients, in SaeStepPlan plan)
    {
        _steps++;
        for (var f = 0; normalise && f < weights[1].Length; f++)
        {
            var g = gradients[2].AsSpan(f * d, d);
            var w = weights[2].AsSpan(f * d, d);
            var along = 0.0;
            for (var i = 0; i < d; i++)
            {
                along += g[i] * w[i];
            }

            for (var i = 0; i < d; i++)
            {
                g[i] -= along * w[i];
            }
        }

        var norm = Math.Sqrt(gradients.Sum(part => part.Sum(v => v * v)));
        for (var part = 0; part < weights.Length; part++)
        {
            for (var i = 0; i < weights[part].Length; i++)
            {
                var g = gradients[part][i] * Math.Min(1, plan.MaximumNorm / norm);
                _first[part][i] = (SaeDefaults.Beta1 * _first[part][i]) + ((1 - SaeDefaults.Beta1) * g);
                _second[part][i] = (SaeDefaults.Beta2 * _second[part][i]) + ((1 - SaeDefaults.Beta2) * g * g);
                var first = _first[part][i] / (1 - Math.Pow(SaeDefaults.Beta1, _steps));
                var second = _second[part][i] / (1 - Math.Pow(SaeDefaults.Beta2, _steps));
                weights[part][i] -= plan.LearningRate * first / (Math.Sqrt(second) + SaeDefaults.AdamEpsilon);
            }
        }

        for (var f = 0; normalise && f < weights[1].Length; f++)
        {
            var row = weights[2].AsSpan(f * d, d);
            var length = Math.Sqrt(row.ToArray().Sum(v => v * v));
            foreach (ref var value in row)
            {
                value /= length;
            }
        }

        return norm;
    }
}
