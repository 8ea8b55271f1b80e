using System.Runtime.InteropServices;
using Emergence.Demo.Trainer;
using Emergence.Stages.Models;
using static TorchSharp.torch;

namespace Emergence.Demo.Tests.Trainer;

public sealed class InitialWeightsTests
{
    private static readonly ModelConfig Config = new TrainerOptions { Folder = "", Text = "", Tokenizer = "", Layers = 2, HiddenSize = 64, Heads = 4 }.Model(500);

    private static float[] Values(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes).ToArray();

    [Fact]
    public void Matrices_are_normal_with_their_roles_deviation_scales_are_one_and_biases_zero()
    {
        var drawn = InitialWeights.Draw(Config, 4);
        foreach (var (info, tensor) in ParameterInfo.Of(Config).Zip(drawn))
        {
            var values = Values(tensor);
            Assert.True(tensor.requires_grad);
            if (info.Shape.Count == 2)
            {
                var expected = info.Role is ParameterRole.AttentionOutWeight or ParameterRole.MlpOutWeight ? 2 / (2 * 8.0) : Math.Sqrt(2 / 320.0);
                var mean = values.Average();
                var deviation = Math.Sqrt(values.Average(v => (v - mean) * (double)(v - mean)));
                Assert.Equal(expected, deviation, expected * 0.06);
                Assert.InRange(values.Count(v => Math.Abs(v) < expected) / (double)values.Length, 0.66, 0.71);
            }
            else
            {
                var expected = info.Name.EndsWith("norm.weight", StringComparison.Ordinal) ? 1f : 0f;
                Assert.All(values, v => Assert.Equal(expected, v));
            }

            tensor.Dispose();
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_weights()
    {
        var first = InitialWeights.Draw(Config, 4);
        var second = InitialWeights.Draw(Config, 4);
        Assert.All(first.Zip(second), p => Assert.Equal(Values(p.First), Values(p.Second)));
        first.Concat(second).ToList().ForEach(t => t.Dispose());
    }
}
