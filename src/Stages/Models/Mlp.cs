using static TorchSharp.torch;

namespace Emergence.Stages.Models;

/// <summary>The MLP of a block: plain, or with the activation of a second projection as its gate (arXiv 2002.05202).</summary>
internal sealed class Mlp(ModelConfig config, ModelParameters parameters)
{
    /// <summary>What the MLP gives for its input, before any norm after it: <c>[N, d]</c> to <c>[N, d]</c>.</summary>
    public Tensor Run(Tensor input, int layer)
    {
        var inner = One(input, ParameterRole.MlpInWeight, ParameterRole.MlpInBias, layer);                       // [N, intermediate]
        inner = config.GatedMlp
            ? Gated(Activations.Of(config.Activation, One(input, ParameterRole.MlpGateWeight, ParameterRole.MlpGateBias, layer)), inner)
            : Activations.Of(config.Activation, inner);
        return One(inner, ParameterRole.MlpOutWeight, ParameterRole.MlpOutBias, layer);
    }

    private static Tensor Gated(Tensor gate, Tensor inner) => is_grad_enabled() ? gate.mul(inner) : gate.mul_(inner);

    private Tensor One(Tensor x, ParameterRole weight, ParameterRole bias, int layer) =>
        Projection.Of(config, x, parameters[weight, layer], parameters.Find(bias, layer));
}
