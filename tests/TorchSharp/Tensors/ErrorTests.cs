using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Emergence.Torch.Tests.Tensors;

/// <summary>What libtorch refuses is an ExternalException with its own words; what is gone is an InvalidOperationException.</summary>
public sealed class ErrorTests
{
    [Fact]
    public void Shapes_that_do_not_fit_are_named()
    {
        using var scope = NewDisposeScope();
        var product = Assert.Throws<ExternalException>(() => zeros(2, 3).mm(zeros(2, 3)));
        Assert.Contains("mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)", product.Message, StringComparison.Ordinal);
        var sum = Assert.Throws<ExternalException>(() => zeros(2).add(zeros(3)));
        Assert.Contains("must match the size of tensor b (3)", sum.Message, StringComparison.Ordinal);
        var view = Assert.Throws<ExternalException>(() => zeros(2, 3).view(4));
        Assert.Contains("invalid for input of size 6", view.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_indices_dimensions_types_and_graphs_are_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ExternalException>(() => zeros(2)[5]);
        Assert.Throws<ExternalException>(() => zeros(2).index_select(0, tensor(new long[] { 9 })));
        Assert.Throws<ExternalException>(() => zeros(2).softmax(3));
        Assert.Throws<ExternalException>(() => zeros(2, int64).mean());
        Assert.Throws<ExternalException>(() => zeros(2, requires_grad: true).add_(1));
        Assert.Throws<ExternalException>(() => zeros(2).sum().backward());
        Assert.Throws<ExternalException>(() => cat(new[] { zeros(2, 2), zeros(3, 3) }));
        Assert.Throws<ExternalException>(() => empty(-1));
    }

    [Fact]
    public void An_error_leaves_nothing_behind_and_the_next_call_works()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (zeros(2, 3), zeros(2, 3));
        var before = Tensor.TotalCount;
        for (var i = 0; i < 100; i++) Assert.Throws<ExternalException>(() => a.mm(b));
        Assert.Equal(before, Tensor.TotalCount);
        Assert.Equal([2L, 2], a.mm(b.t()).shape);
    }

    [Fact]
    public void A_disposed_tensor_refuses_every_use_and_a_second_dispose_is_nothing()
    {
        var tensor = zeros(2);
        tensor.Dispose();
        tensor.Dispose();
        Assert.True(tensor.IsInvalid);
        Assert.Throws<InvalidOperationException>(() => tensor.shape);
        Assert.Throws<InvalidOperationException>(() => tensor.add(1));
        Assert.Throws<InvalidOperationException>(() => tensor.data<float>());
        Assert.Throws<InvalidOperationException>(() => tensor.Handle);
        using var other = zeros(2);
        Assert.Throws<InvalidOperationException>(() => other.add(tensor));
        Assert.Throws<InvalidOperationException>(() => cat(new[] { other, tensor }));
    }

    [Fact]
    public void Errors_belong_to_the_thread_that_made_them()
    {
        var messages = new string[2];
        var threads = Enumerable.Range(0, 2).Select(n => new Thread(() =>
        {
            for (var i = 0; i < 50; i++)
            {
                using var scope = NewDisposeScope();
                messages[n] = Assert.Throws<ExternalException>(() => zeros(2 + n, 5).mm(zeros(2 + n, 5))).Message;
            }
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        Assert.Contains("(2x5 and 2x5)", messages[0], StringComparison.Ordinal);
        Assert.Contains("(3x5 and 3x5)", messages[1], StringComparison.Ordinal);
    }
}
