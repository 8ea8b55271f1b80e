using static TorchSharp.torch;

namespace Emergence.Stages.Sae.Kernels;

/// <summary>Products in float32 by libtorch.</summary>
internal sealed unsafe class SinglePieceEncoder : PieceEncoder
{
    private readonly RowSelection _selection;
    private readonly PaddedMatrix _products;
    private readonly Tensor _transposed;
    private readonly RowViews _inputs = new();
    private readonly RowViews _outputs = new();

    /// <param name="encoder"><c>[F, d]</c>, F padded.</param>
    /// <param name="rows">Most rows of a piece.</param>
    public SinglePieceEncoder(PaddedMatrix encoder, int rows)
    {
        _products = new PaddedMatrix(rows, encoder.Rows);
        _selection = new RowSelection(encoder.Rows);
        using var scope = NewDisposeScope();
        _transposed = encoder.Tensor.t().DetachFromDisposeScope();
    }

    public override ReadOnlySpan<int> Indices => _selection.Indices;

    public override ReadOnlySpan<float> Values => _selection.Values;

    public override void Multiply(PaddedMatrix input, int begin, int rows)
        => _outputs.Of(_products.Tensor, 0, rows).addmm_(_inputs.Of(input.Tensor, begin, rows), _transposed, beta: 0, alpha: 1);

    public override int TopK(int row, float* bias, int k) => _selection.TopK(_products.Row(row), bias, k);

    public override int AtLeast(int row, float* bias, float bound) => _selection.AtLeast(_products.Row(row), bias, bound);

    public override int AtLeastEach(int row, float* bias, float* bounds) => _selection.AtLeastEach(_products.Row(row), bias, bounds);

    public override void Dispose()
    {
        _inputs.Dispose();
        _outputs.Dispose();
        _transposed.Dispose();
        _products.Dispose();
    }
}
