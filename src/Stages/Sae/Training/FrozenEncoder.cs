using Emergence.Stages.Firing;
using Emergence.Stages.Sae.Kernels;

namespace Emergence.Stages.Sae.Training;

/// <summary>Encodes and rebuilds tokens with weights that stand still.</summary>
internal sealed unsafe class FrozenEncoder : IDisposable
{
    private readonly SaeWeights _weights;
    private readonly EncoderProduct _product;
    private readonly RowSelection _selection;
    private readonly PaddedMatrix _error;

    public FrozenEncoder(SaeWeights weights, int rows)
    {
        _weights = weights;
        Input = new PaddedMatrix(rows, weights.Dimension);
        _product = new EncoderProduct(Input, weights.Encoder);
        _selection = new RowSelection(weights.EncoderBias.Stride);
        _error = new PaddedMatrix(1, weights.Dimension);
    }

    /// <summary><c>[rows, d]</c>: standardised activations less b_dec; the caller fills it.</summary>
    public PaddedMatrix Input { get; }

    /// <summary>Encodes the input's first rows.</summary>
    /// <param name="raw">The same activations as they came.</param>
    /// <param name="rows">How many.</param>
    /// <param name="statistics">Their mean and scale.</param>
    /// <param name="k">Latents per token; null: all above the threshold.</param>
    /// <param name="threshold">Standardised.</param>
    /// <param name="into">Receives the firings.</param>
    /// <param name="sums">Receives the reconstruction.</param>
    public void Run(ReadOnlySpan<float> raw, int rows, InputStatistics statistics, int? k, float threshold, TokenFirings into, ReconstructionSums sums)
    {
        _product.Run(rows);
        var unit = 1 / statistics.Scale;
        // "Above" is at least the next greater number; ReLU is the threshold 0.
        var bound = MathF.BitIncrement(Math.Max(0, threshold));
        for (var r = 0; r < rows; r++)
        {
            var products = _product.Output.Row(r);
            var count = k is { } most
                ? _selection.TopK(products, _weights.EncoderBias.First, most)
                : _selection.AtLeast(products, _weights.EncoderBias.First, bound);
            var latents = _selection.Indices[..count];
            var values = _selection.Values[..count];
            for (var i = 0; i < count; i++)
            {
                // A value so small that the unit takes it to zero would be no firing to anyone who reads it.
                into.Add(latents[i], Math.Max(values[i] * unit, float.Epsilon));
            }

            into.EndToken();
            Rebuild(Input.Row(r), latents, values, sums);
            Compare(raw.Slice(r * _weights.Dimension, _weights.Dimension), unit, sums);
        }
    }

    public void Dispose()
    {
        Input.Dispose();
        _product.Dispose();
        _error.Dispose();
    }

    // e = x̂ − x = f·W_dec − xc, and the sums of x̃ (xc + b_dec) and e, standardised.
    private void Rebuild(float* centred, ReadOnlySpan<int> latents, ReadOnlySpan<float> values, ReconstructionSums sums)
    {
        var n = _error.Stride;
        var e = _error.First;
        RowMath.Scale(e, centred, n, -1);
        RowMath.AddWeightedRows(e, n, _weights.Decoder.First, latents, values);
        RowMath.Add(centred, centred, _weights.DecoderBias.First, n);
        sums.AddToken(new ReadOnlySpan<float>(centred, _weights.Dimension), latents, RowMath.Dot(centred, centred, n), RowMath.Dot(e, e, n));
    }

    // Norms and product of x and x̂ = x + e/s as the model sees them.
    private void Compare(ReadOnlySpan<float> raw, float unit, ReconstructionSums sums)
    {
        double squares = 0;
        double rebuilt = 0;
        double product = 0;
        for (var i = 0; i < raw.Length; i++)
        {
            double x = raw[i];
            var y = x + (_error.First[i] * (double)unit);
            squares += x * x;
            rebuilt += y * y;
            product += x * y;
        }

        sums.AddNorms(squares, rebuilt, product);
    }
}
