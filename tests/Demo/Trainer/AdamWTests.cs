using System.Runtime.InteropServices;
using Emergence.Demo.Trainer;
using static TorchSharp.torch;

namespace Emergence.Demo.Tests.Trainer;

public sealed class AdamWTests
{
    private static float[] Values(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes).ToArray();

    [Theory]
    [InlineData(1000.0)]
    [InlineData(0.5)]
    public void Steps_follow_the_papers_formula_with_the_gradient_cut_to_its_norm(double norm)
    {
        // 19 elements: two vectors and a remainder. The loss is Σ c·θ²/2 over both, whose gradient is c·θ.
        var random = new Random(2);
        double[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => (double)(float)(random.NextDouble() - 0.5))];
        double[][] parameters = [Draw(19 * 2), Draw(19)];
        double[][] curvature = [Draw(19 * 2), Draw(19)];
        Tensor[] tensors = [InitialWeights.Trainable([.. parameters[0].Select(v => (float)v)], [19, 2]), InitialWeights.Trainable([.. parameters[1].Select(v => (float)v)], [19])];
        var optimiser = new AdamW(tensors, weightDecay: 0.1);
        double[][] m = [new double[38], new double[19]], v = [new double[38], new double[19]];

        for (var step = 1; step <= 5; step++)
        {
            using (NewDisposeScope())
            {
                var loss = tensors.Select((t, i) => (t * t * tensor(curvature[i].Select(c => (float)c).ToArray(), t.shape)).sum() * 0.5f).Aggregate((a, b) => a + b);
                loss.backward();
            }

            var gradients = parameters.Select((p, i) => p.Select((x, j) => x * curvature[i][j]).ToArray()).ToArray();
            var length = Math.Sqrt(gradients.Sum(g => g.Sum(x => x * x)));
            Assert.Equal(length, optimiser.Step(step, 0.01, norm), 1e-5);
            Assert.All(tensors, t => Assert.Null(t.grad));
            for (var i = 0; i < 2; i++)
            {
                for (var j = 0; j < parameters[i].Length; j++)
                {
                    var g = gradients[i][j] * Math.Min(1, norm / length);
                    m[i][j] = (0.9 * m[i][j]) + (0.1 * g);
                    v[i][j] = (0.95 * v[i][j]) + (0.05 * g * g);
                    var decay = i == 0 ? 0.01 * 0.1 * parameters[i][j] : 0;
                    parameters[i][j] -= decay + (0.01 * (m[i][j] / (1 - Math.Pow(0.9, step))) / (Math.Sqrt(v[i][j] / (1 - Math.Pow(0.95, step))) + 1e-8));
                }

                Assert.All(parameters[i].Zip(Values(tensors[i])), p => Assert.Equal(p.First, p.Second, 2e-5));
            }
        }

        foreach (var t in tensors)
        {
            t.Dispose();
        }
    }
}
