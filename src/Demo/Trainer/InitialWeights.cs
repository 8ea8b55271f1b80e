using System.Runtime.InteropServices;
using Emergence.Stages.Models;
using static TorchSharp.torch;

namespace Emergence.Demo.Trainer;

/// <summary>
/// Initial weights as GPT-NeoX draws them (arXiv 2204.06745, section 2.1): normal with deviation √(2/5d) ("small init"), the
/// projections that add to the residual stream with 2/(L·√d) ("Wang init"); biases 0, norms 1. The draws come from the
/// framework's generator, so that they do not depend on the tensor library's version.
/// </summary>
internal static class InitialWeights
{
    /// <summary>Draws all parameters of a model, in the order of <see cref="ParameterInfo.Of"/>; the caller owns them.</summary>
    public static List<Tensor> Draw(ModelConfig config, int seed)
    {
        var random = new Random(seed);
        var parameters = new List<Tensor>();
        foreach (var info in ParameterInfo.Of(config))
        {
            var values = new float[info.Count];
            var deviation = Deviation(info.Role, config);
            if (deviation > 0)
            {
                Normal(random, values, deviation);
            }
            else
            {
                values.AsSpan().Fill(IsScale(info.Role) ? 1 : 0);
            }

            parameters.Add(Trainable(values, [.. info.Shape]));
        }

        return parameters;
    }

    /// <summary>A tensor of these values that collects a gradient; the caller owns it.</summary>
    public static Tensor Trainable(ReadOnlySpan<float> values, long[] shape)
    {
        var parameter = empty(shape, ScalarType.Float32).DetachFromDisposeScope();
        values.CopyTo(MemoryMarshal.Cast<byte, float>(parameter.bytes));
        parameter.requires_grad = true;
        return parameter;
    }

    /// <summary>Deviation of the normal a parameter is drawn from; 0 for norms and biases.</summary>
    public static double Deviation(ParameterRole role, ModelConfig config) => role switch
    {
        ParameterRole.Embedding or ParameterRole.Head or ParameterRole.QueryKeyValueWeight or ParameterRole.MlpInWeight => Math.Sqrt(2.0 / (5 * config.HiddenSize)),
        ParameterRole.AttentionOutWeight or ParameterRole.MlpOutWeight => 2 / (config.Layers * Math.Sqrt(config.HiddenSize)),
        _ => 0,
    };

    private static bool IsScale(ParameterRole role) => role is ParameterRole.AttentionNormWeight or ParameterRole.MlpNormWeight or ParameterRole.FinalNormWeight;

    /// <summary>Box and Muller 1958: two normals from two uniforms.</summary>
    private static void Normal(Random random, float[] values, double deviation)
    {
        for (var i = 0; i < values.Length; i += 2)
        {
            var radius = deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            var angle = 2 * Math.PI * random.NextDouble();
            values[i] = (float)(radius * Math.Cos(angle));
            if (i + 1 < values.Length)
            {
                values[i + 1] = (float)(radius * Math.Sin(angle));
            }
        }
    }
}
