using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace Emergence.Torch.Tests.Scopes;

/// <summary>No native tensor stays alive: not after scopes, not after training, not when a caller forgets it.</summary>
public sealed class LifetimeTests
{
    [Fact]
    public void After_training_in_scopes_as_many_tensors_live_as_before()
    {
        Settle();
        var before = Tensor.TotalCount;
        TrainALittle();
        Assert.Equal(before, Tensor.TotalCount);
        Assert.True(Tensor.PeakCount > before);
    }

    [Fact]
    public void Forgotten_tensors_are_released_by_the_garbage_collector()
    {
        Settle();
        var before = Tensor.TotalCount;
        Forget();
        Assert.True(Tensor.TotalCount >= before + 100);
        Settle();
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Graphs_and_gradients_are_freed_with_their_tensors()
    {
        // 200 rounds of 8 MB each would be seen if a graph or a gradient stayed behind.
        Round();
        var before = ResidentBytes();
        for (var i = 0; i < 200; i++) Round();
        Assert.InRange(ResidentBytes() - before, long.MinValue, 200L << 20);
    }

    private static void TrainALittle()
    {
        using var scope = NewDisposeScope();
        var weight = nn.Parameter(randn(8, 4));
        using var optimizer = optim.AdamW([weight], lr: 0.01);
        for (var i = 0; i < 20; i++)
        {
            using var step = NewDisposeScope();
            optimizer.zero_grad();
            var (values, _) = nn.functional.linear(rand(16, 4), weight).topk(2);
            values.square().mean().backward();
            nn.utils.clip_grad_norm_([weight], 1);
            optimizer.step();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget()
    {
        for (var i = 0; i < 100; i++) _ = zeros(10);
    }

    private static void Round()
    {
        using var scope = NewDisposeScope();
        var x = rand(1 << 20, requires_grad: true);
        x.exp().mul(x).sum().backward();
        Assert.NotNull(x.grad);
    }

    private static void Settle()
    {
        for (var i = 0; i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    private static long ResidentBytes()
    {
        Settle();
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        return self.WorkingSet64;
    }
}
