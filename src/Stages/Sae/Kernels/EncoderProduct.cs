using static TorchSharp.torch;

namespace Emergence.Stages.Sae.Kernels;

/// <summary>products [n, F] = x [n, d] · W_encᵀ [d, F] by libtorch, into memory that is made once.</summary>
internal sealed class EncoderProduct : IDisposable
{
    private readonly PaddedMatrix _input;
    private readonly Tensor _transposed;
    private Tensor? _inputRows;
    private Tensor? _outputRows;
    private int _rows = -1;

    /// <param name="input"><c>[rows, d]</c>.</param>
    /// <param name="encoder"><c>[F, d]</c>, F padded.</param>
    public EncoderProduct(PaddedMatrix input, PaddedMatrix encoder)
    {
        _input = input;
        Output = new PaddedMatrix(input.Rows, encoder.Rows);
        using var scope = NewDisposeScope();
        _transposed = encoder.Tensor.t().DetachFromDisposeScope();
    }

    /// <summary><c>[rows, F]</c>.</summary>
    public PaddedMatrix Output { get; }

    /// <summary>Multiplies the input's first <paramref name="rows"/> rows; makes new views only when that number changes.</summary>
    public void Run(int rows)
    {
        if (rows != _rows)
        {
            using var scope = NewDisposeScope();
            _inputRows?.Dispose();
            _outputRows?.Dispose();
            _inputRows = _input.Tensor.narrow(0, 0, rows).DetachFromDisposeScope();
            _outputRows = Output.Tensor.narrow(0, 0, rows).DetachFromDisposeScope();
            _rows = rows;
        }

        _outputRows!.addmm_(_inputRows!, _transposed, beta: 0, alpha: 1);
    }

    public void Dispose()
    {
        _inputRows?.Dispose();
        _outputRows?.Dispose();
        _transposed.Dispose();
        Output.Dispose();
    }
}
