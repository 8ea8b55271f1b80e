using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Emergence.Stages.Models;

/// <summary>
/// Causal self-attention. Works with and without autograd. Shapes in the margin: B rows, T tokens a row, N = B·T, d width,
/// H query heads of size h, K heads of keys and values, each shared by G = H/K query heads (arXiv 2305.13245).
/// </summary>
/// <param name="config">What the family does.</param>
/// <param name="parameters">The weights.</param>
/// <param name="fused">Whether the library's own attention is used, which on a GPU is one kernel that keeps no scores.</param>
internal sealed class Attention(ModelConfig config, ModelParameters parameters, bool fused = false)
{
    /// <summary>What attention gives for its input, before any norm after it: <c>[N, d]</c> to <c>[N, d]</c>.</summary>
    public Tensor Run(Tensor input, int layer, int length, PositionTables.Entry tables)
    {
        var (query, key, value) = Projected(input, layer);                                                       // [N, H·h], [N, K·h], [N, K·h]
        if (config.QueryKeyNorm != QueryKeyNorm.None)
        {
            query = Normed(query, parameters[ParameterRole.QueryNormWeight, layer]);
            key = Normed(key, parameters[ParameterRole.KeyNormWeight, layer]);
        }

        query = Rotary.Turned(query, config, length, tables);
        key = Rotary.Turned(key, config, length, tables);
        var mixed = fused ? Fused(query, key, value, layer, length, tables) : Mixed(query, key, value, layer, length, tables); // [N, H·h]
        return Projection.Of(config, mixed, parameters[ParameterRole.AttentionOutWeight, layer], parameters.Find(ParameterRole.AttentionOutBias, layer));
    }

    /// <summary>Queries, keys and values, token by token; each contiguous and new memory.</summary>
    private (Tensor Query, Tensor Key, Tensor Value) Projected(Tensor input, int layer)
    {
        if (config.QueryKeyValue != QueryKeyValueLayout.Separate)
        {
            var joined = Projection.Of(config, input, parameters[ParameterRole.QueryKeyValueWeight, layer], parameters.Find(ParameterRole.QueryKeyValueBias, layer));
            return HeadSplit.Of(joined, config);
        }

        Tensor One(ParameterRole weight, ParameterRole bias)
        {
            var projected = Projection.Of(config, input, parameters[weight, layer], parameters.Find(bias, layer));
            return config.QueryKeyValueClip is { } clip ? projected.clamp(-clip, clip) : projected;
        }

        return (
            One(ParameterRole.QueryWeight, ParameterRole.QueryBias),
            One(ParameterRole.KeyWeight, ParameterRole.KeyBias),
            One(ParameterRole.ValueWeight, ParameterRole.ValueBias));
    }

    /// <summary>Queries or keys normalised, over all heads together or head by head: the weight's length says which.</summary>
    private Tensor Normed(Tensor heads, Tensor weight) =>
        Norms.Rms(heads.view(heads.shape[0], -1, weight.shape[0]), weight, config.NormEpsilon).view(heads.shape);

    /// <summary>softmax(q·kᵀ·scale + mask)·v: token-major in, token-major out, <c>[N, H·h]</c>.</summary>
    private Tensor Mixed(Tensor query, Tensor key, Tensor value, int layer, int length, PositionTables.Entry tables)
    {
        long rows = query.shape[0] / length, shared = config.KeyValueHeads, group = config.Heads / config.KeyValueHeads, size = config.HeadSize;

        // The query heads that share a key head stand one below the other, so that keys and values are never repeated.
        var q = query.view(rows, length, shared, group, size).permute(0, 2, 3, 1, 4).reshape(rows * shared, group * length, size);    // [B·K, G·T, h]
        var k = key.view(rows, length, shared, size).transpose(1, 2).reshape(rows * shared, length, size);                            // [B·K, T, h]
        var v = value.view(rows, length, shared, size).transpose(1, 2).reshape(rows * shared, length, size);                          // [B·K, T, h]
        var mask = tables.Mask(Slides(layer)).to_type(query.dtype).repeat(1, group, 1);                               // [1, G·T, T]
        var scores = baddbmm(mask, q, k.transpose(1, 2), beta: 1, alpha: (float)Scale(layer));                                        // [B·K, G·T, T]
        var mixed = softmax(scores, -1).bmm(v);                                                                                       // [B·K, G·T, h]
        return mixed.view(rows, shared, group, length, size).permute(0, 3, 1, 2, 4).reshape(rows * length, config.Heads * size);
    }

    /// <summary>The same by the library's scaled_dot_product_attention, whose scale is 1/√h.</summary>
    private Tensor Fused(Tensor query, Tensor key, Tensor value, int layer, int length, PositionTables.Entry tables)
    {
        long rows = query.shape[0] / length, shared = config.KeyValueHeads, group = config.Heads / config.KeyValueHeads, size = config.HeadSize;
        Tensor Shared(Tensor heads)
        {
            var split = heads.view(rows, length, shared, size).transpose(1, 2);                                                       // [B, K, T, h]
            return group == 1 ? split : split.repeat_interleave(group, dim: 1);                                                       // [B, H, T, h]
        }

        var q = query.view(rows, length, config.Heads, size).transpose(1, 2);                                                         // [B, H, T, h]
        if (config.ScaleByLayer)
        {
            q = q.div(layer + 1);
        }

        // Without a mask the library may choose its fastest kernel.
        var mask = Slides(layer) && config.SlidingWindow < length ? tables.Mask(sliding: true).to_type(q.dtype) : null;
        var mixed = scaled_dot_product_attention(q, Shared(key), Shared(value), attn_mask: mask, is_casual: mask is null);
        return mixed.transpose(1, 2).reshape(rows * length, config.Heads * size);
    }

    /// <summary>Whether a block looks back only as far as the sliding window.</summary>
    private bool Slides(int layer) => config.SlidingWindow is not null && layer >= config.FirstSlidingLayer;

    private double Scale(int layer) => 1 / (Math.Sqrt(config.HeadSize) * (config.ScaleByLayer ? layer + 1 : 1));
}
