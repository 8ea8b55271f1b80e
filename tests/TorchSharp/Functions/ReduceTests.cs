using TorchSharp;
using static Emergence.Torch.Tests.Values;
using static TorchSharp.torch;

namespace Emergence.Torch.Tests.Functions;

/// <summary>Sums, extremes, moments and orders of small matrices, by hand.</summary>
public sealed class ReduceTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Tensor _m = Matrix(2, 1, 5, 3, 4, 2, 6);

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Sum_mean_and_prod_over_all_one_or_several_dimensions()
    {
        Same([21], [], _m.sum());
        Same([5, 7, 9], [3], _m.sum(0L));
        Same([9, 12], [2, 1], _m.sum(1, keepdim: true));
        Same([21], [], _m.sum(0, 1));
        Same([9, 12], [2], _m.sum(new long[] { -1 }));
        Same([3.5], _m.mean());
        Same([2.5, 3.5, 4.5], [3], _m.mean(new long[] { 0 }));
        Same([3, 4], [2, 1], _m.mean(new long[] { 1 }, keepdim: true));
        Same([720], _m.prod());
        Same([15, 48], _m.prod(1));
        Assert.Equal(float32, _m.sum(type: float32).dtype);
        Assert.Equal(int64, ones(3, int32).sum().dtype);
    }

    [Fact]
    public void Extremes_and_where_they_are()
    {
        Same([6], _m.max());
        Same([1], _m.min());
        var (values, indexes) = _m.max(1);
        Same([5, 6], values);
        Same([1, 2], indexes);
        (values, indexes) = _m.min(0, keepdim: true);
        Same([1, 2, 3], [1, 3], values);
        Same([0, 1, 0], [1, 3], indexes);
        Same([5], _m.argmax());
        Same([1, 2], _m.argmax(1));
        Same([0], _m.argmin());
        Same([0, 1], [2, 1], _m.argmin(1, keepdim: true));
        Same([4, 5, 6], _m.amax(0));
        Same([1, 2], _m.amin(1));
        Same([3], _m.median());
    }

    [Fact]
    public void Variance_and_deviation_biased_and_not()
    {
        Same([3.5], _m.var());
        Same([17.5 / 6], _m.var(unbiased: false));
        Same([4, 4], _m.var(1));
        Same([8.0 / 3, 8.0 / 3], _m.var(1, unbiased: false));
        Same([2, 2], [2, 1], _m.std(1, keepdim: true));
        Same([Math.Sqrt(3.5)], _m.std());
        Same([1.5, 1.5, 1.5], _m.std(new long[] { 0 }, unbiased: false));
    }

    [Fact]
    public void Norms()
    {
        Same([Math.Sqrt(91)], _m.norm());
        Same([21], _m.norm(1f));
        Same([Math.Sqrt(35), Math.Sqrt(56)], [2, 1], _m.norm(1, keepdim: true));
        Same([Math.Sqrt(17), Math.Sqrt(29), Math.Sqrt(45)], linalg.vector_norm(_m, 2, new long[] { 0 }));
        Same([6], linalg.vector_norm(_m, double.PositiveInfinity));
    }

    [Fact]
    public void Truth_of_all_and_any()
    {
        var b = _m > 2;
        Same([0], b.all());
        Same([1], b.any());
        Same([0, 1, 1], (_m > 1).all(0));
        Same([0, 1], (_m > 5).any(1));
        Same([4], b.count_nonzero());
        Same([1, 1, 2], b.count_nonzero(new long[] { 0 }));
    }

    [Fact]
    public void Running_sums_and_logsumexp()
    {
        Same([1, 6, 9, 4, 6, 12], _m.cumsum(1));
        Same([1, 5, 3, 4, 10, 18], _m.cumprod(0));
        Same([Math.Log(Math.Exp(1) + Math.Exp(5) + Math.Exp(3)), Math.Log(Math.Exp(4) + Math.Exp(2) + Math.Exp(6))], _m.logsumexp(1));
        Same([Math.Log(3)], zeros(3, float64).logsumexp(0));
    }

    [Fact]
    public void Orders_topk_sort_argsort_and_searches()
    {
        var (values, indices) = _m.topk(2);
        Same([5, 3, 6, 4], values);
        Same([1, 2, 2, 0], indices);
        (values, indices) = _m.topk(1, dim: 0, largest: false);
        Same([1, 2, 3], values);
        Same([0, 1, 0], indices);
        (values, indices) = _m.sort(1, descending: true);
        Same([5, 3, 1, 6, 4, 2], values);
        Same([1, 2, 0, 2, 0, 1], indices);
        (values, indices) = Row(2, 1, 2, 1).sort(stable: true);
        Same([1, 3, 0, 2], indices);
        Same([0, 2, 1, 1, 0, 2], _m.argsort());
        Same([0, 1, 3], searchsorted(Row(1, 3, 5), Row(1, 3, 9)));
        Same([1, 2, 3], searchsorted(Row(1, 3, 5), Row(1, 3, 9), right: true));
        Same([1, 3.5], Row(1, 2, 3, 4, 5, 6).quantile(Row(0, 0.5)));
        Same([1, 0, 2], bincount(Whole(2, 0, 2)));
        Same([0.5, 0, 2], bincount(Whole(2, 0, 2), Row(1, 0.5, 1)));
        Same([6], trace(Matrix(2, 1, 2, 3, 5)));
    }
}
