using static TorchSharp.torch;

namespace Emergence.Stages.Sae.Cores.Tensors;

/// <summary>
/// Exact selection of the greatest activations. <c>topk</c> promises no order among equal values, so it only supplies the bound; which of the
/// values at the bound stay is counted off by token, then by latent. Without that, two runs on a GPU could differ.
/// </summary>
internal static class TensorSelection
{
    /// <summary>Keeps the k greatest of every token; the others become 0.</summary>
    /// <param name="activations"><c>[n, F]</c>, none below 0.</param>
    /// <param name="k">At most F.</param>
    /// <param name="into"><c>[n, F]</c>; may be <paramref name="activations"/> itself.</param>
    public static void KeepPerToken(Tensor activations, int k, Tensor into)
    {
        using var scope = NewDisposeScope();
        var (values, _) = activations.topk(k);
        var bound = values.narrow(1, k - 1, 1);
        Keep(activations, bound, equals: null, k - values.gt(bound).sum(1L, keepdim: true), into);
    }

    /// <summary>Keeps the n·k greatest of a batch of n tokens; the others become 0.</summary>
    /// <param name="activations"><c>[n, F]</c>, none below 0.</param>
    /// <param name="k">At most F.</param>
    /// <param name="into"><c>[n, F]</c>; may be <paramref name="activations"/> itself.</param>
    /// <returns>The least activation above 0 that was kept, 0 when none was; a scalar.</returns>
    public static Tensor KeepOverBatch(Tensor activations, int k, Tensor into)
    {
        using var scope = NewDisposeScope();
        var n = checked((int)activations.size(0) * k);
        var (values, _) = activations.reshape(-1).topk(n);
        var bound = values.narrow(0, n - 1, 1);
        var equals = Ranks(activations.eq(bound));
        var counts = equals.narrow(1, equals.size(1) - 1, 1);
        var before = counts.cumsum(0) - counts;
        Keep(activations, bound, equals, n - values.gt(bound).sum() - before, into);
        var least = values.masked_fill(values.eq(0), float.PositiveInfinity).amin();
        return least.masked_fill(least.isinf(), 0).MoveToOuterDisposeScope();
    }

    // Values at the bound stay while their rank among their token's does not pass the quota.
    private static void Keep(Tensor activations, Tensor bound, Tensor? equals, Tensor quota, Tensor into)
    {
        var drop = activations.eq(bound);
        drop = drop.logical_and((equals ?? Ranks(drop)).gt(quota)).logical_or(activations.lt(bound));
        if (!ReferenceEquals(into, activations))
        {
            into.copy_(activations);
        }

        into.masked_fill_(drop, 0);
    }

    // 1, 2, 3 … for the true entries of each row.
    private static Tensor Ranks(Tensor mask) => mask.cumsum(1, ScalarType.Int32);
}
