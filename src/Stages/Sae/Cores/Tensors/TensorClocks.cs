using static TorchSharp.torch;

namespace Emergence.Stages.Sae.Cores.Tensors;

/// <summary>
/// Tokens since each latent fired last. The number of dead latents is known on the host after each step, so that the next one asks the
/// device nothing. Owns its tensors, outside every dispose scope.
/// </summary>
internal sealed class TensorClocks : IDisposable
{
    private Tensor _silent;
    private Tensor _next;
    private long _deadAfter = -1;
    private int _dead;

    public TensorClocks(int features, Device device)
    {
        using var scope = NewDisposeScope();
        _silent = zeros(features, dtype: ScalarType.Int64, device: device).DetachFromDisposeScope();
        _next = zeros(features, dtype: ScalarType.Int64, device: device).DetachFromDisposeScope();
    }

    /// <summary>Latents silent for more than <paramref name="deadAfter"/> tokens.</summary>
    public int Dead(long deadAfter)
    {
        if (deadAfter != _deadAfter)
        {
            using var scope = NewDisposeScope();
            (_dead, _deadAfter) = ((int)_silent.gt(deadAfter).sum().item<long>(), deadAfter);
        }

        return _dead;
    }

    /// <summary>Which they are, ascending: those of the greatest clocks. Null when there are none.</summary>
    public Tensor? DeadLatents(long deadAfter)
    {
        using var scope = NewDisposeScope();
        var count = Dead(deadAfter);
        return count == 0 ? null : _silent.topk(count).indexes.sort().Values.MoveToOuterDisposeScope();
    }

    /// <summary>Prepares the clocks after a step, without taking them over.</summary>
    /// <param name="rows">Tokens in it.</param>
    /// <param name="fired"><c>[F]</c>.</param>
    /// <param name="deadAfter">As for the step.</param>
    /// <returns>How many latents would be dead; a scalar on the device.</returns>
    public Tensor Prepare(int rows, Tensor fired, long deadAfter)
    {
        using var scope = NewDisposeScope();
        _next.copy_(_silent).add_(rows).masked_fill_(fired, 0);
        return _next.gt(deadAfter).sum().MoveToOuterDisposeScope();
    }

    /// <summary>Takes over what was prepared.</summary>
    public void Accept(long deadAfter, int dead)
    {
        (_silent, _next) = (_next, _silent);
        (_deadAfter, _dead) = (deadAfter, dead);
    }

    /// <summary>A copy.</summary>
    public long[] ToArray()
    {
        using var scope = NewDisposeScope();
        return _silent.cpu().data<long>().ToArray();
    }

    /// <summary>Takes values over.</summary>
    public void CopyFrom(long[] values)
    {
        if (values.Length != _silent.numel())
        {
            throw new ArgumentException("the snapshot is of an SAE of another shape", nameof(values));
        }

        using var scope = NewDisposeScope();
        _silent.copy_(tensor(values));
        _deadAfter = -1;
    }

    /// <summary>All zero.</summary>
    public void Clear()
    {
        _silent.zero_();
        _deadAfter = -1;
    }

    public void Dispose()
    {
        _silent.Dispose();
        _next.Dispose();
    }
}
