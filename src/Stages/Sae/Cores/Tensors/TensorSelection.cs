using static TorchSharp.torch;

namespace Emergence.Stages.Sae.Cores.Tensors;

/// <summary>
/// The k greatest of each row of activations; of equal ones the first. <c>topk</c> promises no order among equal values, so a few more than
/// k candidates are taken and those at the bound counted off from the left. If even the last candidate lies at the bound, there may be more
/// of its value outside: then the result is <i>unsure</i>, and <see cref="KeepCounting"/> has to look at every entry. Numbers of full
/// precision tie so rarely that the caller need not wait for the answer before it goes on.
/// </summary>
internal static class TensorSelection
{
    private const int Spare = 8;

    /// <summary>Keeps the k greatest of every row; the others become 0.</summary>
    /// <param name="activations"><c>[rows, width]</c>, none below 0.</param>
    /// <param name="k">At most width.</param>
    /// <param name="into"><c>[rows, width]</c>, contiguous; may be <paramref name="activations"/> itself.</param>
    /// <returns>Whether the result is unsure, and the least value kept above 0, or 0 when there is none; both scalars.</returns>
    public static (Tensor Unsure, Tensor Least) Keep(Tensor activations, int k, Tensor into)
    {
        using var scope = NewDisposeScope();
        var count = (int)Math.Min((long)k + Spare, activations.size(1));
        var (values, places) = activations.topk(count);
        var bound = values.narrow(1, k - 1, 1);
        var unsure = count < activations.size(1)
            ? values.narrow(1, count - 1, 1).eq(bound).logical_and(bound.gt(0)).any()
            : bound.isnan().any();

        (places, var order) = places.sort(1);
        values = values.gather(1, order);
        values.masked_fill_(Dropped(values, bound, k), 0);
        into.zero_().scatter_(1, places, values);
        return (unsure.MoveToOuterDisposeScope(), Least(values).MoveToOuterDisposeScope());
    }

    /// <summary>The same, whatever ties there are.</summary>
    /// <returns>The least value kept above 0, or 0 when there is none; a scalar.</returns>
    public static Tensor KeepCounting(Tensor activations, int k, Tensor into)
    {
        using var scope = NewDisposeScope();
        var (values, _) = activations.topk(k);
        var drop = Dropped(activations, values.narrow(1, k - 1, 1), k);
        if (!ReferenceEquals(into, activations))
        {
            into.copy_(activations);
        }

        into.masked_fill_(drop, 0);
        return Least(values).MoveToOuterDisposeScope();
    }

    // All below the bound, and those at it that are not among the first.
    private static Tensor Dropped(Tensor values, Tensor bound, int k)
    {
        var equal = values.eq(bound);
        var quota = k - values.gt(bound).sum(1L, keepdim: true);
        return equal.logical_and(equal.cumsum(1, ScalarType.Int32).gt(quota)).logical_or(values.lt(bound));
    }

    private static Tensor Least(Tensor values)
    {
        var least = values.masked_fill(values.eq(0), float.PositiveInfinity).amin();
        return least.masked_fill(least.isinf(), 0);
    }
}
