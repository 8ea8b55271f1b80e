using static TorchSharp.torch;

namespace Emergence.Stages.Sae.Cores.Tensors;

/// <summary>
/// One number for every parameter of an SAE (the weights, their gradients or a moment of Adam) in one tensor, so that the optimiser is a
/// few operations on all of it. It owns its tensors, outside every dispose scope.
/// </summary>
internal sealed class ParameterSet : IDisposable
{
    // Each part begins at a multiple of this many floats: matrix products are slower on memory that is not aligned.
    private const long Alignment = 64;

    private readonly Tensor[] _parts;

    /// <summary>All zero.</summary>
    /// <param name="features">F.</param>
    /// <param name="dimension">d.</param>
    /// <param name="thresholds">Whether there is log θ.</param>
    /// <param name="device">Where it lies.</param>
    public ParameterSet(int features, int dimension, bool thresholds, Device device)
    {
        long[][] shapes = [[features, dimension], [features], [features, dimension], [dimension], [thresholds ? features : 0]];
        var lengths = shapes.Select(shape => shape.Aggregate(1L, (product, n) => product * n)).ToArray();
        using var scope = NewDisposeScope();
        All = zeros(lengths.Sum(Aligned), dtype: ScalarType.Float32, device: device).DetachFromDisposeScope();
        _parts = new Tensor[shapes.Length];
        var at = 0L;
        for (var i = 0; i < shapes.Length; i++)
        {
            _parts[i] = All.narrow(0, at, lengths[i]).view(shapes[i]).DetachFromDisposeScope();
            at += Aligned(lengths[i]);
        }
    }

    /// <summary>Every number in a row, with zeros between the parts.</summary>
    public Tensor All { get; }

    /// <summary>W_encᵀ, <c>[F, d]</c>.</summary>
    public Tensor Encoder => _parts[0];

    /// <summary>b_enc, <c>[F]</c>.</summary>
    public Tensor EncoderBias => _parts[1];

    /// <summary>W_dec, <c>[F, d]</c>.</summary>
    public Tensor Decoder => _parts[2];

    /// <summary>b_dec, <c>[d]</c>.</summary>
    public Tensor DecoderBias => _parts[3];

    /// <summary>log θ, <c>[F]</c>, or empty.</summary>
    public Tensor LogThreshold => _parts[4];

    /// <summary>Copies in the order of <see cref="SaeSnapshot.Weights"/>.</summary>
    public float[][] ToArrays()
    {
        using var scope = NewDisposeScope();
        return _parts.Select(part => part.cpu().reshape(-1).data<float>().ToArray()).ToArray();
    }

    /// <summary>Takes values over, in the same order.</summary>
    /// <exception cref="ArgumentException">They are of an SAE of another shape.</exception>
    public void CopyFrom(float[][] values)
    {
        if (values.Length != _parts.Length || values.Zip(_parts).Any(pair => pair.First.Length != pair.Second.numel()))
        {
            throw new ArgumentException("the snapshot is of an SAE of another shape", nameof(values));
        }

        using var scope = NewDisposeScope();
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i].Length > 0)
            {
                _parts[i].view(-1).copy_(tensor(values[i]));
            }
        }
    }

    public void Dispose()
    {
        foreach (var part in _parts)
        {
            part.Dispose();
        }

        All.Dispose();
    }

    private static long Aligned(long length) => (length + Alignment - 1) / Alignment * Alignment;
}
