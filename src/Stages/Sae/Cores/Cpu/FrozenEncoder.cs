using Emergence.Stages.Firing;
using Emergence.Stages.Sae.Kernels;
using Emergence.Stages.Sae.Training;
using Emergence.Stages.Workers;

namespace Emergence.Stages.Sae.Cores.Cpu;

/// <summary>Encodes and rebuilds tokens with weights that stand still: pieces side by side, results in order.</summary>
internal sealed unsafe class FrozenEncoder : IDisposable
{
    private const int PieceRows = 256;
    private const int MostValues = 1 << 26;

    private readonly SaeOptions _options;
    private readonly SaeWeights _weights;
    private readonly WorkerCrew _workers;
    private readonly PieceEncoder[] _encoders;
    private readonly PaddedMatrix _mean;
    private readonly PaddedMatrix _input;
    private readonly PaddedMatrix _errors;
    private readonly PaddedMatrix _bounds;
    private readonly CodePiece[] _codes;
    private readonly Facts[] _facts;
    private readonly Action<int, int> _encode;
    private float* _raw;
    private int _rows;
    private float _scale;
    private float _bound;

    public FrozenEncoder(SaeOptions options, SaeWeights weights, WorkerCrew workers, PieceEncoder[] encoders, PaddedMatrix mean)
    {
        (_options, _weights, _workers, _encoders, _mean) = (options, weights, workers, encoders, mean);
        var rows = PieceRows * Math.Clamp(MostValues / (PieceRows * PaddedMatrix.Pad(weights.Dimension)), 1, workers.Count);
        _input = new PaddedMatrix(rows, weights.Dimension);
        _errors = new PaddedMatrix(rows, weights.Dimension);
        _bounds = new PaddedMatrix(1, weights.Features);
        _facts = new Facts[rows];
        _codes = new CodePiece[rows / PieceRows];
        for (var p = 0; p < _codes.Length; p++)
        {
            _codes[p] = new CodePiece(PieceRows, Math.Min(weights.Features, 2 * options.K));
        }

        _encode = Piece;
    }

    /// <summary>Within a job of the workers.</summary>
    public void Run(float* raw, int rows, float scale, float threshold, TokenFirings into, ReconstructionSums sums)
    {
        (_scale, _bound) = (scale, MathF.BitIncrement(Math.Max(0, threshold)));
        for (var f = 0; f < _bounds.Stride; f++)
        {
            // "Above" is at least the next greater number.
            _bounds.First[f] = MathF.BitIncrement(Math.Max(0, _weights.Threshold.First[f]));
        }

        for (var done = 0; done < rows; done += _input.Rows)
        {
            _raw = raw + ((long)done * _weights.Dimension);
            _rows = Math.Min(_input.Rows, rows - done);
            var pieces = (_rows + PieceRows - 1) / PieceRows;
            _workers.For(pieces, _encode);
            for (var p = 0; p < pieces; p++)
            {
                Append(p, into, sums);
            }
        }
    }

    public void Dispose()
    {
        _input.Dispose();
        _errors.Dispose();
        _bounds.Dispose();
    }

    private void Piece(int piece, int worker)
    {
        var (encoder, codes, first) = (_encoders[worker], _codes[piece], piece * PieceRows);
        var n = Math.Min(PieceRows, _rows - first);
        var (d, stride) = (_weights.Dimension, _input.Stride);
        var bias = _weights.EncoderBias.First;
        for (var r = first; r < first + n; r++)
        {
            new ReadOnlySpan<float>(_raw + ((long)r * d), d).CopyTo(_input.Values(r));
            RowMath.Standardise(_input.Row(r), _mean.First, _scale, _weights.DecoderBias.First, stride);
        }

        encoder.Multiply(_input, first, n);
        codes.Clear();
        for (var r = 0; r < n; r++)
        {
            var count = _options.Architecture switch
            {
                SaeArchitecture.TopK => encoder.TopK(r, bias, _options.K),
                SaeArchitecture.JumpReLU => encoder.AtLeastEach(r, bias, _bounds.First),
                _ => encoder.AtLeast(r, bias, _bound),
            };
            codes.Add(encoder.Indices[..count], encoder.Values[..count]);
        }

        fixed (int* latents = codes.Latents)
        fixed (float* values = codes.Values)
        {
            for (var r = 0; r < n; r++)
            {
                var start = codes.StartOf(r);
                var row = first + r;
                var squares = RowMath.Rebuild(_errors.Row(row), _input.Row(row), stride, _weights.Decoder.First, latents + start, values + start, codes.EndOf(r) - start);
                // From here on the row is x̃.
                RowMath.Add(_input.Row(row), _input.Row(row), _weights.DecoderBias.First, stride);
                _facts[row] = Compare(_raw + ((long)row * d), _errors.Row(row), squares, RowMath.Dot(_input.Row(row), _input.Row(row), stride));
            }
        }
    }

    // Norms and product of x and x̂ = x + e/s as the model sees them.
    private Facts Compare(float* raw, float* error, float errorSquares, float squares)
    {
        var unit = 1 / (double)_scale;
        double rawSquares = 0;
        double rebuilt = 0;
        double product = 0;
        for (var i = 0; i < _weights.Dimension; i++)
        {
            double x = raw[i];
            var y = x + (error[i] * unit);
            rawSquares += x * x;
            rebuilt += y * y;
            product += x * y;
        }

        return new Facts(squares, errorSquares, rawSquares, rebuilt, product);
    }

    private void Append(int piece, TokenFirings into, ReconstructionSums sums)
    {
        var codes = _codes[piece];
        var unit = 1 / _scale;
        for (var r = 0; r < codes.Rows; r++)
        {
            var (start, end) = (codes.StartOf(r), codes.EndOf(r));
            for (var i = start; i < end; i++)
            {
                // A value so small that the unit takes it to zero would be no firing to anyone who reads it.
                into.Add(codes.Latents[i], Math.Max(codes.Values[i] * unit, float.Epsilon));
            }

            into.EndToken();
            var row = (piece * PieceRows) + r;
            ref readonly var facts = ref _facts[row];
            sums.AddToken(_input.Values(row), codes.Latents.AsSpan(start, end - start), facts.Squares, facts.ErrorSquares);
            sums.AddNorms(facts.RawSquares, facts.Rebuilt, facts.Product);
        }
    }

    /// <param name="Squares">‖x̃‖².</param>
    /// <param name="ErrorSquares">‖e‖², standardised.</param>
    /// <param name="RawSquares">‖x‖².</param>
    /// <param name="Rebuilt">‖x̂‖², raw.</param>
    /// <param name="Product">x·x̂, raw.</param>
    private readonly record struct Facts(float Squares, float ErrorSquares, double RawSquares, double Rebuilt, double Product);
}
