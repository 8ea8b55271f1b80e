using TorchSharp;
using static Emergence.Torch.Tests.Values;
using static TorchSharp.torch;

namespace Emergence.Torch.Tests.Functions;

public sealed class ShapeTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Tensor _m = Matrix(2, 1, 2, 3, 4, 5, 6);

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Views_share_memory_and_reshapes_keep_the_order()
    {
        var view = _m.view(3, 2);
        view[0, 0] = 9.0;
        Assert.Equal(9, _m[0, 0].item<double>());
        Same([9, 2, 3, 4, 5, 6], [6], _m.reshape(-1));
        Same([9, 2, 3, 4, 5, 6], [3, 2], _m.view_as(zeros(3, 2)));
        Same([9, 2, 3, 4, 5, 6], [6], _m.flatten());
        Same([9, 2, 3, 4, 5, 6], [6], _m.ravel());
        Assert.Equal([1L, 2, 1, 3], _m.unsqueeze(0).unsqueeze(2).shape);
        Assert.Equal([2L, 3], _m.unsqueeze(0).squeeze(0).shape);
        Assert.Equal([2L, 3], _m.unsqueeze(0).unsqueeze(2).squeeze().shape);
        Assert.Equal([1L, 2, 3], _m.unsqueeze_(0).shape);
    }

    [Fact]
    public void Transposes_permute_the_elements()
    {
        double[] turned = [1, 4, 2, 5, 3, 6];
        Same(turned, [3, 2], _m.t());
        Same(turned, [3, 2], _m.T);
        Same(turned, [3, 2], _m.mT);
        Same(turned, [3, 2], _m.transpose(0, 1));
        Same(turned, [3, 2], _m.permute(1, 0));
        Same(turned, [3, 2], _m.movedim(new long[] { 0 }, new long[] { 1 }));
        Assert.False(_m.t().is_contiguous());
        Assert.True(_m.t().contiguous().is_contiguous());
        Assert.Equal([1L, 3], _m.t().stride());
    }

    [Fact]
    public void Parts_of_a_tensor()
    {
        Same([2, 3, 5, 6], [2, 2], _m.narrow(1, 1, 2));
        Same([1, 3, 4, 6], [2, 2], _m.slice(1, 0, 3, 2));
        Same([4, 5, 6], [3], _m.select(0, 1));
        Same([1, 5], _m.diagonal());
        Same([1, 0, 0, 2], [2, 2], Row(1, 2).diag());
        Same([1, 0, 0, 4, 5, 0], _m.tril());
        Same([0, 2, 3, 0, 0, 6], _m.triu(1));
    }

    [Fact]
    public void Splitting_and_joining_are_inverse()
    {
        var parts = _m.split(2, 1);
        Assert.Equal(2, parts.Length);
        Same([1, 2, 4, 5], [2, 2], parts[0]);
        Same([3, 6], [2, 1], parts[1]);
        Same(Of(_m), [2, 3], cat(parts, 1));
        Same(Of(_m), [2, 3], cat(new List<Tensor>(_m.split(new long[] { 1, 2 }, 1)), 1));
        Same(Of(_m), [2, 3], stack(_m.unbind()));
        Same(Of(_m), [2, 3], concat(_m.chunk(3, 1), 1));
        Same([1, 4, 2, 5, 3, 6], [3, 2], stack(_m.unbind(), 1));
    }

    [Fact]
    public void Repeating_expanding_rolling_and_turning_round()
    {
        Same([1, 2, 1, 2], [2, 2], Row(1, 2).repeat(2, 1));
        Same([1, 2, 1, 2], [4], Row(1, 2).tile(new long[] { 2 }));
        Same([1, 1, 2, 2], Row(1, 2).repeat_interleave(2));
        Same([1, 2, 1, 2], [2, 2], Row(1, 2).expand(2, 2));
        Same([1, 2, 1, 2], [2, 2], Row(1, 2).expand_as(zeros(2, 2)));
        Same([1, 2, 1, 2], [2, 2], Row(1, 2).broadcast_to(2, 2));
        Same([3, 1, 2, 6, 4, 5], _m.roll(1, 1));
        Same([6, 1, 2, 3, 4, 5], _m.roll(1));
        Same([3, 2, 1, 6, 5, 4], _m.flip(1));
        Same([1, 3, 5], [3], _m.as_strided(new long[] { 3 }, new long[] { 2 }));
    }
}
