using TorchSharp;
using static TorchSharp.torch;

namespace Emergence.Torch.Tests.Scopes;

public sealed class DisposeScopeTests
{
    [Fact]
    public void Everything_made_in_a_scope_ends_with_it()
    {
        Tensor made, derived;
        using (var scope = NewDisposeScope())
        {
            made = zeros(2);
            derived = made + 1;
            Assert.Equal(2, scope.DisposablesCount);
            Assert.True(scope.Contains(made));
            Assert.Same(scope, CurrentDisposeScope);
        }
        Assert.True(made.IsInvalid);
        Assert.True(derived.IsInvalid);
        Assert.Null(CurrentDisposeScope);
    }

    [Fact]
    public void Results_of_every_kind_are_registered()
    {
        using var scope = NewDisposeScope();
        var t = zeros(4, 2, requires_grad: true);
        _ = t.split(2);
        _ = t.max(1);
        t.sum().backward();
        _ = t.grad;
        Assert.Equal(1 + 2 + 2 + 1 + 1, scope.DisposablesCount);
    }

    [Fact]
    public void What_was_disposed_early_leaves_the_scope()
    {
        using var scope = NewDisposeScope();
        zeros(2).Dispose();
        Assert.Equal(0, scope.DisposablesCount);
    }

    [Fact]
    public void Moving_outwards_goes_one_scope_out_and_from_the_outermost_to_nowhere()
    {
        Tensor tensor;
        using (var outer = NewDisposeScope())
        {
            using (var inner = NewDisposeScope())
            {
                tensor = zeros(2).MoveToOuterDisposeScope();
                Assert.False(inner.Contains(tensor));
                Assert.True(outer.Contains(tensor));
            }
            Assert.False(tensor.IsInvalid);
            tensor.MoveToOuterDisposeScope();
            Assert.False(outer.Contains(tensor));
        }
        Assert.False(tensor.IsInvalid);
        tensor.Dispose();
    }

    [Fact]
    public void A_detached_tensor_outlives_its_scope()
    {
        Tensor tensor;
        using (NewDisposeScope()) tensor = zeros(2).DetachFromDisposeScope();
        Assert.False(tensor.IsInvalid);
        tensor.Dispose();
    }

    [Fact]
    public void Moving_to_another_scope_or_to_anothers_scope()
    {
        using var first = NewDisposeScope();
        var a = zeros(2);
        using var second = NewDisposeScope();
        var b = zeros(2);
        var c = zeros(2);
        b.MoveToOtherDisposeScope(first);
        c.MoveToOtherDisposeScope(a);
        Assert.Equal(3, first.DisposablesCount);
        Assert.Equal(0, second.DisposablesCount);
        c.MoveToOtherDisposeScope((DisposeScope?)null!);
        Assert.Equal(2, first.DisposablesCount);
        c.MoveToOtherDisposeScope(second);
        Assert.True(second.Contains(c));
    }

    [Fact]
    public void Attaching_takes_the_tensor_from_the_scope_that_had_it()
    {
        var free = zeros(2);
        using var outer = NewDisposeScope();
        var owned = zeros(2);
        using (var inner = NewDisposeScope())
        {
            inner.Attach(free);
            inner.Attach(owned);
            Assert.Equal(0, outer.DisposablesCount);
        }
        Assert.True(free.IsInvalid);
        Assert.True(owned.IsInvalid);
    }

    [Fact]
    public void Pairs_and_triples_move_and_detach_together()
    {
        using var outer = NewDisposeScope();
        using var inner = NewDisposeScope();
        var (a, b) = inner.MoveToOuter(zeros(1), zeros(1));
        Assert.Equal(2, outer.DisposablesCount);
        outer.Detach(a, b);
        Assert.Equal(0, outer.DisposablesCount);
        var (c, d, e) = inner.MoveToOther(outer, a, zeros(1), zeros(1));
        Assert.False(outer.Contains(c));
        Assert.True(outer.Contains(d) && outer.Contains(e));
        a.Dispose();
        b.Dispose();
    }

    [Fact]
    public void Everything_but_what_is_kept_is_disposed_and_the_scope_goes_on()
    {
        using var scope = NewDisposeScope();
        var (keep, drop) = (zeros(1), zeros(1));
        Assert.Same(keep, scope.DisposeEverythingBut(keep));
        Assert.True(drop.IsInvalid);
        Assert.False(keep.IsInvalid);
        Assert.Equal(1, scope.DisposablesCount);
        scope.DisposeEverything();
        Assert.True(keep.IsInvalid);
    }

    [Fact]
    public void A_wrapped_expression_leaves_only_its_result()
    {
        Tensor? intermediate = null;
        using var scope = NewDisposeScope();
        var result = WrappedTensorDisposeScope(() =>
        {
            intermediate = zeros(2);
            return intermediate + 1;
        });
        Assert.True(intermediate!.IsInvalid);
        Assert.Equal([1f, 1f], result.data<float>().ToArray());
        Assert.True(scope.Contains(result));
    }

    [Fact]
    public void Scopes_may_end_out_of_order()
    {
        var outer = NewDisposeScope();
        var middle = NewDisposeScope();
        var inner = NewDisposeScope();
        var tensor = zeros(1);
        middle.Dispose();
        Assert.Same(inner, CurrentDisposeScope);
        tensor.MoveToOuterDisposeScope();
        Assert.True(outer.Contains(tensor));
        inner.Dispose();
        Assert.Same(outer, CurrentDisposeScope);
        outer.Dispose();
        Assert.Null(CurrentDisposeScope);
        Assert.True(tensor.IsInvalid);
    }

    [Fact]
    public void A_disposed_scope_refuses_work_and_a_second_dispose_is_nothing()
    {
        var scope = NewDisposeScope();
        scope.Dispose();
        scope.Dispose();
        using var tensor = zeros(1);
        Assert.Throws<ObjectDisposedException>(() => scope.Attach(tensor));
        Assert.Throws<ObjectDisposedException>(() => scope.DisposablesCount);
        Assert.Throws<ObjectDisposedException>(() => scope.DisposeEverything());
    }

    [Fact]
    public void Scopes_belong_to_their_thread()
    {
        using var scope = NewDisposeScope();
        var (seen, made) = OnNewThread.Run(() => (CurrentDisposeScope, zeros(2)));
        Assert.Null(seen);
        Assert.False(scope.Contains(made));
        made.Dispose();
    }

    [Fact]
    public void A_parameter_takes_the_tensors_place_in_its_scope()
    {
        using var scope = NewDisposeScope();
        var data = zeros(2);
        var parameter = nn.Parameter(data);
        Assert.True(data.IsInvalid);
        Assert.True(scope.Contains(parameter));
        Assert.Equal(1, scope.DisposablesCount);
        Assert.True(parameter.requires_grad);
    }

    [Fact]
    public void The_threads_statistics_count_what_happened()
    {
        // The counts are per thread, and a fresh thread has counted nothing.
        Assert.Equal(0, OnNewThread.Run(LiveAfterSomeWork));
    }

    private static long LiveAfterSomeWork()
    {
        var statistics = DisposeScopeManager.Statistics;
        var outside = zeros(1);
        using (var scope = NewDisposeScope())
        {
            var inside = zeros(1);
            zeros(1).DetachFromDisposeScope().Dispose();
            scope.Attach(outside);
            inside.Dispose();
            Assert.Equal(1, statistics.ThreadTotalLiveCount);
        }
        Assert.Equal(1, statistics.CreatedOutsideScopeCount);
        Assert.Equal(2, statistics.CreatedInScopeCount);
        Assert.Equal(1, statistics.DetachedFromScopeCount);
        Assert.Equal(1, statistics.AttachedToScopeCount);
        Assert.Equal(1, statistics.DisposedOutsideScopeCount);
        Assert.Equal(2, statistics.DisposedInScopeCount);
        var live = statistics.TensorStatistics.ThreadTotalLiveCount;
        statistics.Reset();
        Assert.Equal(0, statistics.CreatedInScopeCount);
        return live;
    }
}
