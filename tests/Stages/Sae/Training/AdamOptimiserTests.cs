using Emergence.Stages.Sae.Kernels;
using Emergence.Stages.Sae.Training;
using Emergence.Stages.Tests.Sae.Kernels;

namespace Emergence.Stages.Tests.Sae.Training;

public sealed unsafe class AdamOptimiserTests
{
    private const int D = 21;
    private const int F = 5;

    [Theory]
    [InlineData(false, 1e9)]
    [InlineData(true, 1e9)]
    [InlineData(false, 0.5)]
    public void Steps_follow_the_formula_rows_without_gradient_included(bool normalise, double maximumNorm)
    {
        using var threads = new KernelThreads(2);
        using var weights = new SaeWeights(F, D);
        weights.Initialise(3);
        using var optimiser = new AdamOptimiser(weights, normalise, threads);
        using var gradients = new SaeGradients(F, D);
        var reference = new Reference(weights, normalise);
        var random = new Random(4);
        for (var step = 0; step < 12; step++)
        {
            for (var f = 0; f < F; f++)
            {
                // Row 1 has a gradient only at first, row 2 never: their moments fade, or stay zero.
                gradients.Active[f] = f != 2 && (f != 1 || step < 3);
                gradients.EncoderBias.First[f] = gradients.Active[f] ? 0.1f * TestMatrix.Normal(random) : 0;
                for (var i = 0; i < D; i++)
                {
                    gradients.Encoder.Row(f)[i] = TestMatrix.Normal(random);
                    gradients.Decoder.Row(f)[i] = 1e-4f * TestMatrix.Normal(random);
                }
            }

            for (var i = 0; i < D; i++)
            {
                gradients.DecoderBias.First[i] = TestMatrix.Normal(random);
            }

            gradients.SquaredNorm = Reference.Flat(gradients).Sum(g => g * g);
            var rate = 0.01 / (step + 1);
            optimiser.Step(gradients, rate, maximumNorm);
            reference.Step(gradients, rate, maximumNorm);
        }

        var actual = Reference.Flat(weights);
        for (var i = 0; i < actual.Length; i++)
        {
            Assert.Equal(reference.Weights[i], actual[i], 2e-6);
        }

        Assert.Equal(float.NegativeInfinity, weights.EncoderBias.First[F]);
        optimiser.Reset();
        gradients.SquaredNorm = 1;
        optimiser.Step(gradients, 0.01, 1);
        // After a reset the first step is the learning rate in the gradient's direction.
        Assert.Equal(actual[0] - (0.01 * Math.Sign(gradients.Encoder.First[0])), weights.Encoder.First[0], 1e-6);
    }

    /// <summary>Adam as in arXiv 1412.6980, algorithm 1, over all weights in a row.</summary>
    private sealed class Reference(SaeWeights weights, bool normalise)
    {
        private readonly double[] _first = new double[Flat(weights).Length];
        private readonly double[] _second = new double[Flat(weights).Length];
        private int _t;

        public double[] Weights { get; } = Flat(weights);

        public void Step(SaeGradients gradients, double rate, double maximumNorm)
        {
            _t++;
            var g = Flat(gradients);
            var norm = Math.Sqrt(g.Sum(v => v * v));
            for (var i = 0; i < g.Length; i++)
            {
                var gradient = g[i] * Math.Min(1, maximumNorm / norm);
                _first[i] = (0.9 * _first[i]) + (0.1 * gradient);
                _second[i] = (0.999 * _second[i]) + (0.001 * gradient * gradient);
                Weights[i] -= rate * (_first[i] / (1 - Math.Pow(0.9, _t))) / (Math.Sqrt(_second[i] / (1 - Math.Pow(0.999, _t))) + 1e-10);
            }

            for (var f = 0; normalise && f < F; f++)
            {
                var row = Weights.AsSpan((F * D) + F + (f * D), D);
                var length = Math.Sqrt(row.ToArray().Sum(v => v * v));
                foreach (ref var value in row)
                {
                    value /= length;
                }
            }
        }

        public static double[] Flat(SaeWeights w)
            => [.. Doubles(w.Encoder.ToArray()[..(F * D)]), .. Doubles(w.EncoderBias.ToArray()), .. Doubles(w.Decoder.ToArray()), .. Doubles(w.DecoderBias.ToArray())];

        public static double[] Flat(SaeGradients g)
            => [.. Rows(g.Encoder, g), .. Doubles(g.EncoderBias.ToArray()), .. Rows(g.Decoder, g), .. Doubles(g.DecoderBias.ToArray())];

        private static IEnumerable<double> Rows(PaddedMatrix matrix, SaeGradients g) => matrix.ToArray().Select((v, i) => g.Active[i / D] ? v : 0.0);

        private static IEnumerable<double> Doubles(float[] values) => values.Select(v => (double)v);
    }
}
