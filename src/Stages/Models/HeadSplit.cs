using static TorchSharp.torch;

namespace Emergence.Stages.Models;

/// <summary>From a joint projection to queries, keys and values.</summary>
internal static class HeadSplit
{
    /// <summary>Splits.</summary>
    /// <param name="joined"><c>[N, 3·H·h]</c>, contiguous.</param>
    /// <param name="config">Gives H, h and the layout.</param>
    /// <returns>Query, key, value, each <c>[N, H·h]</c>, contiguous, new memory.</returns>
    public static (Tensor Query, Tensor Key, Tensor Value) Of(Tensor joined, ModelConfig config)
    {
        var (count, heads, size) = (joined.shape[0], config.Heads, config.HeadSize);
        var byPart = config.QueryKeyValue == QueryKeyValueLayout.ByHead
            ? joined.view(count, heads, 3, size).transpose(1, 2)                                     // [N, 3, H, h]
            : joined.view(count, 3, heads, size);
        Tensor Part(int part) => byPart.select(1, part).reshape(count, heads * size).contiguous();
        return (Part(0), Part(1), Part(2));
    }
}
