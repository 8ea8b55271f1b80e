using System.Runtime.InteropServices;
using TorchSharp;
using static Emergence.Torch.Tests.Values;
using static TorchSharp.torch;

namespace Emergence.Torch.Tests.Autograd;

public sealed class BackwardTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Tensor _x = Row(1, 2, 3).requires_grad_();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Gradients_accumulate_until_they_are_set_to_null()
    {
        Assert.Null(_x.grad);
        _x.square().sum().backward();
        Same([2, 4, 6], _x.grad!);
        _x.square().sum().backward();
        Same([4, 8, 12], _x.grad!);
        _x.grad!.zero_();
        Same([0, 0, 0], _x.grad!);
        _x.grad = null;
        Assert.Null(_x.grad);
        _x.grad = Row(7, 8, 9);
        Same([7, 8, 9], _x.grad!);
    }

    [Fact]
    public void A_vector_needs_the_gradient_it_is_weighed_with()
    {
        Assert.Throws<ExternalException>(() => _x.square().backward());
        _x.square().backward([Row(1, 0, 2)]);
        Same([2, 0, 12], _x.grad!);
    }

    [Fact]
    public void A_graph_can_be_walked_twice_only_when_it_was_retained()
    {
        var loss = _x.square().sum();
        loss.backward(retain_graph: true);
        loss.backward();
        Same([4, 8, 12], _x.grad!);
        Assert.Throws<ExternalException>(() => loss.backward());
    }

    [Fact]
    public void Only_the_inputs_named_get_gradients()
    {
        var y = Row(5, 5, 5).requires_grad_();
        (_x * y).sum().backward(inputs: [y]);
        Assert.Null(_x.grad);
        Same([1, 2, 3], y.grad!);
    }

    [Fact]
    public void Second_derivatives_come_from_a_graph_of_the_first()
    {
        var first = autograd.grad([_x.pow(3).sum()], [_x], create_graph: true)[0];
        Same([3, 12, 27], first);
        Same([6, 12, 18], autograd.grad([first.sum()], [_x])[0]);
        Assert.Null(_x.grad);
    }

    [Fact]
    public void An_unused_input_is_an_error_unless_allowed()
    {
        var unused = Row(1).requires_grad_();
        Assert.Throws<ExternalException>(() => autograd.grad([_x.sum()], [unused]));
        var gradients = autograd.grad([_x.sum()], [_x, unused], allow_unused: true);
        Assert.Null(gradients[1]);
        Same([1, 1, 1], gradients[0]);
    }

    [Fact]
    public void Detached_tensors_and_copies_stop_gradients()
    {
        var y = _x * 2;
        Assert.False(y.is_leaf);
        Assert.True(y.requires_grad);
        Assert.False(y.detach().requires_grad);
        (_x * y.detach()).sum().backward();
        Same([2, 4, 6], _x.grad!);
        var kept = _x * 3;
        kept.retain_grad();
        kept.sum().backward();
        Same([1, 1, 1], kept.grad!);
        Assert.False(y.detach_().requires_grad);
    }

    [Fact]
    public void Modes_switch_recording_off_and_back_to_what_it_was()
    {
        Assert.True(is_grad_enabled());
        using (no_grad())
        {
            Assert.False(is_grad_enabled());
            Assert.False((_x * 2).requires_grad);
            using (enable_grad()) Assert.True((_x * 2).requires_grad);
            Assert.False(is_grad_enabled());
        }
        Assert.True(is_grad_enabled());
        using (set_grad_enabled(false)) Assert.False(is_grad_enabled());
        using (inference_mode())
        {
            Assert.True(is_inference_mode_enabled());
            Assert.False((_x * 2).requires_grad);
        }
        Assert.False(is_inference_mode_enabled());
        Assert.True((_x * 2).requires_grad);
    }

    [Fact]
    public void Switching_recording_off_reaches_only_this_thread()
    {
        using var off = no_grad();
        Assert.True(OnNewThread.Run(is_grad_enabled));
    }
}
