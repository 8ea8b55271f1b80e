using static TorchSharp.torch;

namespace Emergence.Stages.Sae.Cores.Tensors;

/// <summary>
/// AuxK (arXiv 2406.04093): the k_aux strongest dead latents of each token rebuild what the others left over. It works on the dead
/// latents' columns and rows alone. Adds to gradients that are there already.
/// </summary>
/// <param name="options">α and k_aux.</param>
/// <param name="weights">What the gradients are for.</param>
/// <param name="gradients">Encoder, encoder bias and decoder are added to.</param>
internal sealed class TensorAuxiliary(SaeOptions options, ParameterSet weights, ParameterSet gradients)
{
    /// <param name="centred">xc, <c>[n, d]</c>.</param>
    /// <param name="activations">z or ReLU(z), <c>[n, F]</c>.</param>
    /// <param name="error">e of the whole dictionary, <c>[n, d]</c>.</param>
    /// <param name="dead">Dead latents, ascending, at least one.</param>
    /// <param name="products">How to multiply.</param>
    /// <param name="countTies">As in <see cref="TensorPass.CountTies"/>.</param>
    /// <returns>Whether ties may have been selected wrongly; a scalar.</returns>
    public Tensor Run(Tensor centred, Tensor activations, Tensor error, Tensor dead, TensorProducts products, bool countTies)
    {
        using var scope = NewDisposeScope();
        var count = (int)dead.numel();
        var a = activations.index_select(1, dead).relu_();
        var k = options.AuxLatents ?? Math.Max(1, (int)centred.size(1) / 2);
        var unsure = zeros(1, ScalarType.Bool, a.device).squeeze();
        if (k < count && countTies)
        {
            TensorSelection.KeepCounting(a, k, a);
        }
        else if (k < count)
        {
            (unsure, _) = TensorSelection.Keep(a, k, a);
        }

        var decoder = weights.Decoder.index_select(0, dead);
        var rest = error.clone();
        products.Add(rest, a, decoder, 1, 1);
        // 2α/Σ‖e − ē‖², or nothing where the errors do not vary beyond rounding (one token) or have overflowed.
        var variation = error.sub(error.mean([0])).square().sum();
        var factor = variation.reciprocal().mul_(2 * options.AuxCoefficient).masked_fill_(variation.gt(error.square().sum().mul_(SaeDefaults.LeastVariation)).logical_and(variation.isfinite()).logical_not(), 0);
        var scaled = rest.mul_(factor);

        var ofDecoder = empty_like(decoder);
        products.Set(ofDecoder, a.t(), scaled, 1);
        gradients.Decoder.index_add_(0, dead, ofDecoder, 1);
        var g = empty_like(a);
        products.Set(g, scaled, decoder.t(), 1);
        g.masked_fill_(a.eq(0), 0);
        var ofEncoder = ofDecoder;
        products.Set(ofEncoder, g.t(), centred, 1);
        gradients.Encoder.index_add_(0, dead, ofEncoder, 1);
        gradients.EncoderBias.index_add_(0, dead, g.sum(0L), 1);
        return unsure.MoveToOuterDisposeScope();
    }
}
