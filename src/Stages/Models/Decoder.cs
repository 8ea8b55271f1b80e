using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Emergence.Stages.Models;

/// <summary>
/// The forward pass of a pre-norm decoder with rotary attention (GPT-NeoX, arXiv 2204.06745, section 2.1). Works with and
/// without autograd: nothing that autograd keeps is changed in place. Shapes in the margin: B rows, T tokens a row,
/// N = B·T, d width, H heads of size h, r rotary dimensions.
/// </summary>
internal sealed class Decoder(ModelConfig config, ModelParameters parameters, PositionTables positions)
{
    private readonly long[] _width = [config.HiddenSize];

    /// <summary>Runs the embedding and the first <paramref name="layers"/> blocks.</summary>
    /// <param name="tokens">Token ids, <c>[N]</c>, int64, below the vocabulary size.</param>
    /// <param name="length">T; divides N.</param>
    /// <param name="layers">How many blocks to run, from the first.</param>
    /// <param name="afterBlock">Called with each block and the residual stream after it, <c>[N, d]</c>, which it must not change.</param>
    /// <returns>The residual stream after the last block that ran, <c>[N, d]</c>.</returns>
    public Tensor Residual(Tensor tokens, int length, int layers, Action<int, Tensor>? afterBlock = null)
    {
        var x = parameters[ParameterRole.Embedding].index_select(0, tokens);                                     // [N, d]
        return Blocks(x, length, 0, layers, afterBlock);
    }

    /// <summary>Runs blocks one after the other.</summary>
    /// <param name="residual">The residual stream before the first of them, <c>[N, d]</c>.</param>
    /// <param name="length">T; divides N.</param>
    /// <param name="from">The first block that runs.</param>
    /// <param name="to">The block before which it ends.</param>
    /// <param name="afterBlock">Called with each block and the residual stream after it, <c>[N, d]</c>, which it must not change.</param>
    /// <returns>The residual stream after the last block that ran, <c>[N, d]</c>.</returns>
    public Tensor Blocks(Tensor residual, int length, int from, int to, Action<int, Tensor>? afterBlock = null)
    {
        var tables = positions.For(length);
        var x = residual;
        for (var layer = from; layer < to; layer++)
        {
            using var scope = NewDisposeScope();
            x = Block(x, layer, length, tables).MoveToOuterDisposeScope();
            afterBlock?.Invoke(layer, x);
        }

        return x;
    }

    /// <summary>What the head multiplies: the residual stream after the last block, normed, <c>[M, d]</c> to <c>[M, d]</c>.</summary>
    public Tensor FinalNorm(Tensor residual) =>
        layer_norm(residual, _width, parameters[ParameterRole.FinalNormWeight], parameters[ParameterRole.FinalNormBias], config.LayerNormEpsilon);

    /// <summary>Logits of the next token from the residual stream after the last block: <c>[M, d]</c> to <c>[M, vocabulary]</c>.</summary>
    public Tensor Logits(Tensor residual)
    {
        using var scope = NewDisposeScope();
        return linear(FinalNorm(residual), parameters.Find(ParameterRole.Head) ?? parameters[ParameterRole.Embedding]).MoveToOuterDisposeScope();
    }

    private Tensor Block(Tensor x, int layer, int length, PositionTables.Entry tables)
    {
        var attention = Attention(Norm(x, ParameterRole.AttentionNormWeight, ParameterRole.AttentionNormBias, layer), layer, length, tables);

        // The outputs of the projections are needed by nobody else, so sums go into them.
        if (config.ParallelResidual)
        {
            return Mlp(Norm(x, ParameterRole.MlpNormWeight, ParameterRole.MlpNormBias, layer), layer).add_(attention).add_(x);
        }

        var middle = attention.add_(x);
        return Mlp(Norm(middle, ParameterRole.MlpNormWeight, ParameterRole.MlpNormBias, layer), layer).add_(middle);
    }

    private Tensor Attention(Tensor normed, int layer, int length, PositionTables.Entry tables)
    {
        long rows = normed.shape[0] / length;
        var projected = linear(normed, parameters[ParameterRole.QueryKeyValueWeight, layer], parameters.Find(ParameterRole.QueryKeyValueBias, layer));  // [N, 3·d]
        var (query, key, value) = HeadSplit.Of(projected, config, length, tables);                               // [B·H, T, h] each

        // softmax(q·kᵀ/√h + mask)·v, the scale and the mask inside the product.
        var scores = baddbmm(tables.Mask, query, key.transpose(1, 2), beta: 1, alpha: (float)(1 / Math.Sqrt(config.HeadSize)));    // [B·H, T, T]
        var mixed = softmax(scores, -1).bmm(value);                                                              // [B·H, T, h]
        var joined = mixed.view(rows, config.Heads, length, config.HeadSize).transpose(1, 2).reshape(rows * length, config.HiddenSize); // [N, d]
        return linear(joined, parameters[ParameterRole.AttentionOutWeight, layer], parameters.Find(ParameterRole.AttentionOutBias, layer));
    }

    private Tensor Mlp(Tensor normed, int layer)
    {
        var inner = linear(normed, parameters[ParameterRole.MlpInWeight, layer], parameters[ParameterRole.MlpInBias, layer]);    // [N, intermediate]
        return linear(gelu(inner, inplace: !is_grad_enabled()), parameters[ParameterRole.MlpOutWeight, layer], parameters[ParameterRole.MlpOutBias, layer]);
    }

    private Tensor Norm(Tensor x, ParameterRole weight, ParameterRole bias, int layer) =>
        layer_norm(x, _width, parameters[weight, layer], parameters[bias, layer], config.LayerNormEpsilon);
}
