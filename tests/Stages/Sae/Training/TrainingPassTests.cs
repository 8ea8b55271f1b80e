using Emergence.Stages.Sae;
using Emergence.Stages.Sae.Kernels;
using Emergence.Stages.Sae.Training;
using Emergence.Stages.Tests.Sae.Kernels;
using static TorchSharp.torch;

namespace Emergence.Stages.Tests.Sae.Training;

/// <summary>Gradients by hand against finite differences and against libtorch's autograd.</summary>
public sealed unsafe class TrainingPassTests
{
    private const double Alpha = 0.7;

    public static TheoryData<SaeArchitecture, int, int, int, int, bool> Cases => new()
    {
        { SaeArchitecture.TopK, 13, 7, 11, 3, false },
        { SaeArchitecture.TopK, 13, 7, 11, 3, true },
        { SaeArchitecture.TopK, 40, 33, 50, 5, true },
        { SaeArchitecture.BatchTopK, 13, 7, 11, 3, false },
        { SaeArchitecture.BatchTopK, 40, 33, 50, 5, true },
        { SaeArchitecture.BatchTopK, 2, 16, 16, 16, true },
        { SaeArchitecture.TopK, 1, 16, 16, 16, false },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_are_those_of_finite_differences(SaeArchitecture architecture, int rows, int d, int features, int k, bool aux)
    {
        using var setup = new Setup(architecture, rows, d, features, k, aux, normalise: false);
        var reference = ReferenceLoss.Of(setup.Weights);
        var chosen = reference.Choose(setup.X, k, architecture == SaeArchitecture.BatchTopK, _ => true);
        var dead = aux ? reference.Choose(setup.X, setup.AuxK, false, f => setup.Dead[f]) : [];
        var error = reference.Error(setup.X, chosen);

        var loss = setup.Run();

        Assert.Equal(reference.Loss(setup.X, chosen, [], error, 0), loss, 1e-5);
        var gradients = setup.GradientArrays();
        for (var p = 0; p < 4; p++)
        {
            var parameter = reference.Parameters[p];
            for (var i = 0; i < parameter.Length; i += 1 + (parameter.Length / 60))
            {
                const double h = 1e-6;
                var before = parameter[i];
                parameter[i] = before + h;
                var up = reference.Loss(setup.X, chosen, dead, error, Alpha);
                parameter[i] = before - h;
                var down = reference.Loss(setup.X, chosen, dead, error, Alpha);
                parameter[i] = before;
                Assert.Equal((up - down) / (2 * h), gradients[p][i], 2e-5);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_are_those_of_autograd_and_the_decoders_have_no_parallel_part(SaeArchitecture architecture, int rows, int d, int features, int k, bool aux)
    {
        using var setup = new Setup(architecture, rows, d, features, k, aux, normalise: true);
        setup.Run();
        var gradients = setup.GradientArrays();

        using var scope = NewDisposeScope();
        var x = tensor(setup.X, ScalarType.Float64).reshape(rows, d);
        var encoder = Leaf(setup.Weights.Encoder.ToArray()[..(features * d)], features, d);
        var encoderBias = Leaf(setup.Weights.EncoderBias.ToArray(), features);
        var decoder = Leaf(setup.Weights.Decoder.ToArray(), features, d);
        var decoderBias = Leaf(setup.Weights.DecoderBias.ToArray(), d);
        var activations = ((x - decoderBias).matmul(encoder.t()) + encoderBias).relu();
        var wide = architecture == SaeArchitecture.BatchTopK ? activations.reshape(1, rows * features) : activations;
        var codes = Greatest(wide, architecture == SaeArchitecture.BatchTopK ? rows * k : k).reshape(rows, features);
        var error = codes.matmul(decoder) + decoderBias - x;
        var loss = error.pow(2).sum() / (rows * d);
        if (aux)
        {
            var rest = error.detach();
            var mask = tensor(setup.Dead.Select(dead => dead ? 1.0 : 0).ToArray());
            var rebuilt = Greatest(activations * mask, setup.AuxK).matmul(decoder);
            loss = loss + (Alpha * (rebuilt + rest).pow(2).sum() / (rest - rest.mean([0])).pow(2).sum());
        }

        loss.backward();
        var expected = new[] { encoder, encoderBias, decoder, decoderBias }.Select(t => t.grad!.reshape(-1).data<double>().ToArray()).ToArray();
        var directions = setup.Weights.Decoder.ToArray();
        for (var f = 0; f < features; f++)
        {
            var along = Enumerable.Range(f * d, d).Sum(i => expected[2][i] * directions[i]);
            for (var i = f * d; i < (f + 1) * d; i++)
            {
                expected[2][i] -= along * directions[i];
            }

            Assert.Equal(0, Enumerable.Range(f * d, d).Sum(i => gradients[2][i] * (double)directions[i]), 1e-6);
        }

        for (var p = 0; p < 4; p++)
        {
            for (var i = 0; i < expected[p].Length; i++)
            {
                Assert.Equal(expected[p][i], gradients[p][i], 2e-6);
            }
        }

        Assert.Equal(expected.Sum(g => g.Sum(v => v * v)), setup.Pass.Gradients.SquaredNorm, 1e-5);
    }

    [Fact]
    public void The_number_of_workers_changes_no_bit()
    {
        using var one = new Setup(SaeArchitecture.BatchTopK, 300, 24, 120, 4, aux: true, normalise: true);
        using var three = new Setup(SaeArchitecture.BatchTopK, 300, 24, 120, 4, aux: true, normalise: true, workers: 3);
        Assert.Equal(one.Run(), three.Run());
        Assert.Equal(one.Pass.Gradients.SquaredNorm, three.Pass.Gradients.SquaredNorm);
        foreach (var (a, b) in one.GradientArrays().Zip(three.GradientArrays()))
        {
            Assert.Equal(a, b);
        }
    }

    [Fact]
    public void Latents_that_did_not_fire_have_no_gradient()
    {
        using var setup = new Setup(SaeArchitecture.TopK, 5, 8, 64, 1, aux: false, normalise: true);
        setup.Run();
        var fired = Enumerable.Range(0, 5).SelectMany(r => setup.Pass.Codes.LatentsOf(r).ToArray()).ToHashSet();
        Assert.Equal(fired, Enumerable.Range(0, 64).Where(f => setup.Pass.Gradients.Active[f]).ToHashSet());
        Assert.True(fired.Count is > 0 and < 64);
    }

    private static Tensor Leaf(float[] values, params long[] shape)
        => tensor(values, ScalarType.Float64).reshape(shape).detach().requires_grad_(true);

    private static Tensor Greatest(Tensor values, int k)
    {
        var (kept, places) = values.topk(k, dim: 1);
        return zeros_like(values).scatter(1, places, kept);
    }

    private sealed class Setup : IDisposable
    {
        private readonly KernelThreads _threads;
        private readonly int _rows;
        private readonly int _deadCount;

        public Setup(SaeArchitecture architecture, int rows, int d, int features, int k, bool aux, bool normalise, int workers = 1)
        {
            _rows = rows;
            _threads = new KernelThreads(workers);
            Weights = new SaeWeights(features, d);
            Weights.Initialise(5);
            var random = new Random(rows + d);
            foreach (var matrix in new[] { Weights.Encoder, Weights.EncoderBias, Weights.DecoderBias })
            {
                for (var r = 0; r < Math.Min(matrix.Rows, features); r++)
                {
                    foreach (ref var value in matrix.Values(r))
                    {
                        value += 0.1f * TestMatrix.Normal(random);
                    }
                }
            }

            // The middle row is zero: an activation without direction.
            X = Enumerable.Range(0, rows * d).Select(i => i / d == rows / 2 && rows > 1 ? 0 : TestMatrix.Normal(random)).ToArray();
            Dead = Enumerable.Range(0, features).Select(f => aux && f % 2 == 0).ToArray();
            _deadCount = Dead.Count(dead => dead);
            AuxK = Math.Min(4, Math.Max(1, _deadCount));
            var options = new SaeOptions { Architecture = architecture, K = k, AuxCoefficient = Alpha, AuxLatents = 4, NormaliseDecoder = normalise };
            Pass = new TrainingPass(Weights, options, rows, _threads);
            for (var r = 0; r < rows; r++)
            {
                for (var i = 0; i < d; i++)
                {
                    Pass.Input.Values(r)[i] = X[(r * d) + i] - Weights.DecoderBias.First[i];
                }
            }
        }

        public SaeWeights Weights { get; }

        public TrainingPass Pass { get; }

        public float[] X { get; }

        public bool[] Dead { get; }

        public int AuxK { get; }

        public double Run() => Pass.Run(_rows, Dead, _deadCount);

        public float[][] GradientArrays()
        {
            var g = Pass.Gradients;
            var result = new[] { g.Encoder.ToArray(), g.EncoderBias.ToArray(), g.Decoder.ToArray(), g.DecoderBias.ToArray() };
            for (var f = 0; f < g.Active.Length; f++)
            {
                if (!g.Active[f])
                {
                    result[0].AsSpan(f * Weights.Dimension, Weights.Dimension).Clear();
                    result[2].AsSpan(f * Weights.Dimension, Weights.Dimension).Clear();
                }
            }

            return result;
        }

        public void Dispose()
        {
            Pass.Dispose();
            Weights.Dispose();
            _threads.Dispose();
        }
    }
}
