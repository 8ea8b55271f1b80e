using TorchSharp;
using static Emergence.Torch.Tests.Values;
using static TorchSharp.torch;

namespace Emergence.Torch.Tests.Functions;

public sealed class IndexTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Tensor _m = Matrix(2, 1, 2, 3, 4, 5, 6);

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Numbers_slices_masks_tensors_and_new_dimensions_between_brackets()
    {
        Same([4, 5, 6], [3], _m[1]);
        Same([6], [], _m[1, 2]);
        Same([6], [], _m[-1, -1]);
        Same([2, 5], [2], _m[TensorIndex.Colon, 1]);
        Same([2, 3, 5, 6], [2, 2], _m[.., 1..]);
        Same([1, 2, 4, 5], [2, 2], _m[.., ..^1]);
        Same([1, 3, 4, 6], [2, 2], _m[TensorIndex.Ellipsis, TensorIndex.Slice(0, 3, 2)]);
        Same([1, 2, 3, 4, 5, 6], [1, 2, 3], _m[TensorIndex.None]);
        Same([6, 4], [2], _m[1, TensorIndex.Tensor(Whole(2, 0))]);
        Same([4, 5, 6], [3], _m[_m > 3]);
        Same([4, 5, 6, 1, 2, 3], [2, 3], _m[Whole(1, 0)]);
        Same([2, 6], [2], _m[Whole(0, 1), Whole(1, 2)]);
        Same([4, 5, 6], [1, 3], _m.index(TensorIndex.Slice(start: 1)));
    }

    [Fact]
    public void Assigning_through_brackets_writes_into_the_tensor()
    {
        _m[0, 0] = 10.0;
        _m[1] = Row(7, 8, 9);
        _m[TensorIndex.Colon, 2] = 0.0;
        _m[_m > 8] = -1.0;
        Same([-1, 2, 0, 7, 8, 0], _m);
        _m[Whole(0, 1), Whole(0, 1)] = Row(5, 6);
        Same([5, 2, 0, 7, 6, 0], _m);
        _m.index_put_(Row(1, 1), [Whole(0, 0), Whole(1, 1)], accumulate: true);
        Same([5, 4, 0, 7, 6, 0], _m);
        _m.index_put_((Scalar)3, TensorIndex.Single(1));
        Same([5, 4, 0, 3, 3, 3], _m);
    }

    [Fact]
    public void Rows_selected_added_copied_and_filled_by_number()
    {
        Same([4, 5, 6, 4, 5, 6], _m.index_select(0, Whole(1, 1)));
        Same([1, 8, 9, 4, 29, 30], _m.index_add(1, Whole(1, 2), Matrix(2, 2, 2, 8, 8), 3));
        Same([3, 4, 5, 4, 5, 6], _m.index_add_(0, Whole(0, 0), Matrix(2, 1, 1, 1, 1, 1, 1), 1));
        Same([9, 9, 9, 4, 5, 6], _m.index_copy(0, Whole(0), Matrix(1, 9, 9, 9)));
        Same([0, 0, 0, 4, 5, 6], _m.index_copy_(0, Whole(0), Matrix(1, 0, 0, 0)));
        Same([7, 0, 7, 7, 5, 7], _m.index_fill(1, Whole(0, 2), 7));
        Same([0, 8, 0, 4, 8, 6], _m.index_fill_(1, Whole(1), 8));
    }

    [Fact]
    public void Gather_and_scatter_are_each_others_inverse()
    {
        var index = tensor(new long[] { 2, 0, 1, 1 }, new long[] { 2, 2 });
        var gathered = _m.gather(1, index);
        Same([3, 1, 5, 5], [2, 2], gathered);
        Same([1, 0, 3, 0, 5, 0], zeros(2, 3, float64).scatter(1, index, gathered));
        Same([1, 0, 3, 0, 10, 0], zeros(2, 3, float64).scatter_add(1, index, gathered));
        var target = zeros(2, 3, float64);
        Assert.Same(target, target.scatter_(1, index, gathered));
        Same([2, 0, 6, 0, 15, 0], target.scatter_add_(1, index, gathered));
        Same([6, 1], _m.take(Whole(5, 0)));
    }

    [Fact]
    public void Masks_fill_select_and_choose()
    {
        var mask = _m > 3;
        Same([1, 2, 3, 0, 0, 0], _m.masked_fill(mask, 0));
        Same([4, 5, 6], _m.masked_select(mask));
        Same([-1, -2, -3, 4, 5, 6], where(mask, _m, -_m));
        Same([1, 0, 1, 1, 1, 2], [3, 2], nonzero(mask));
        var (rows, columns) = (where(mask)[0], where(mask)[1]);
        Same([1, 1, 1], rows);
        Same([0, 1, 2], columns);
        Same([1, 2, 3, 9, 9, 9], _m.masked_fill_(mask, 9));
    }
}
