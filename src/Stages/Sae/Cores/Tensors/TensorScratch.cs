using static TorchSharp.torch;

namespace Emergence.Stages.Sae.Cores.Tensors;

/// <summary>
/// Memory of one batch, made once and used at every step: 3·rows·F + (2 + prefixes)·rows·d floats. It owns its tensors, outside every
/// dispose scope.
/// </summary>
internal sealed class TensorScratch : IDisposable
{
    private readonly List<Tensor> _owned = [];

    public TensorScratch(int rows, int features, int dimension, int prefixes, Device device)
    {
        Rows = rows;
        Batch = Make(rows, dimension);
        Centred = Make(rows, dimension);
        Errors = Make(prefixes, rows, dimension);
        Activations = Make(rows, features);
        Codes = Make(rows, features);
        Products = Make(rows, features);

        Tensor Make(params long[] shape)
        {
            using var scope = NewDisposeScope();
            var made = zeros(shape, dtype: ScalarType.Float32, device: device).DetachFromDisposeScope();
            _owned.Add(made);
            return made;
        }
    }

    /// <summary>Most tokens.</summary>
    public int Rows { get; }

    /// <summary>x̃, <c>[rows, d]</c>.</summary>
    public Tensor Batch { get; }

    /// <summary>xc = x̃ − b_dec, <c>[rows, d]</c>.</summary>
    public Tensor Centred { get; }

    /// <summary>e_m of each prefix m, <c>[prefixes, rows, d]</c>.</summary>
    public Tensor Errors { get; }

    /// <summary>z, <c>[rows, F]</c>.</summary>
    public Tensor Activations { get; }

    /// <summary>f, <c>[rows, F]</c>.</summary>
    public Tensor Codes { get; }

    /// <summary>∂L/∂f, then ∂L/∂z, <c>[rows, F]</c>.</summary>
    public Tensor Products { get; }

    public void Dispose() => _owned.ForEach(tensor => tensor.Dispose());
}
