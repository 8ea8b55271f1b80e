using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace Emergence.Stages.Sae.Kernels;

/// <summary>
/// Products of bfloat16 rows by libtorch find the candidates, float32 products of the candidates decide: what is selected is exactly what
/// float32 products of all latents would select.
/// </summary>
/// <remarks>
/// "Exactly" is: the products that decide are <see cref="RowMath.Dots"/>'s, which may differ from libtorch's in the last bits.
/// With x̂, ŵ the rounded rows and a the product as stored: |x·w − a| ≤ (‖x − x̂‖·‖w‖ + ‖x̂‖·‖w − ŵ‖)(1 + slack) + |a|/256, by
/// Cauchy-Schwarz and the rounding of a; the slack covers float32 sums of d terms in any order, and
/// 2⁻²²·(|a| + |b|) the rounding of what is added to them. A latent whose upper bound is
/// below k lower bounds cannot be among the k greatest.
/// </remarks>
internal sealed unsafe class HalfPieceEncoder : PieceEncoder
{
    private const int Lanes = PaddedMatrix.Lanes;
    private const int MaximaGroups = 8 * Lanes;

    // Denormal products may have become zero.
    private const float Tiny = 1e-30f;

    // Rounding of the additions to the product: 2⁻²².
    private const float Ulps = 1f / 4194304;

    private readonly HalfEncoderWeights _weights;
    private readonly Tensor _input;
    private readonly Tensor _products;
    private readonly RowViews _inputs = new();
    private readonly RowViews _outputs = new();
    private readonly ushort* _inputFirst;
    private readonly ushort* _productsFirst;
    private readonly RowErrors[] _errors;
    private readonly int[] _indices;
    private readonly float[] _values;
    private readonly float[] _lower;
    private readonly float[] _upper;
    private readonly float _slack;
    private readonly float _sumSlack;
    private float[] _maxima = new float[MaximaGroups];
    private PaddedMatrix _batch = null!;
    private int _begin;

    /// <param name="weights">Rounded weights, shared by all workers.</param>
    /// <param name="rows">Most rows of a piece.</param>
    public HalfPieceEncoder(HalfEncoderWeights weights, int rows)
    {
        _weights = weights;
        var (features, d) = (weights.Exact.Rows, weights.Exact.Stride);
        using var scope = NewDisposeScope();
        _input = zeros(rows, d, dtype: ScalarType.BFloat16).DetachFromDisposeScope();
        _products = zeros(rows, features, dtype: ScalarType.BFloat16).DetachFromDisposeScope();
        _inputFirst = (ushort*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(_input.bytes));
        _productsFirst = (ushort*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(_products.bytes));
        _errors = new RowErrors[rows];
        _indices = GC.AllocateUninitializedArray<int>(features, pinned: true);
        _values = GC.AllocateUninitializedArray<float>(features, pinned: true);
        _lower = GC.AllocateUninitializedArray<float>(features, pinned: true);
        _upper = GC.AllocateUninitializedArray<float>(features, pinned: true);
        // Each of two sums of d products is off by at most d·2⁻²⁴ of the sum of magnitudes, which the product of the norms bounds.
        _slack = 1.001f + (2 * d / 16777216f);
        _sumSlack = 2 * d / 16777216f;
    }

    public override ReadOnlySpan<int> Indices => _indices;

    public override ReadOnlySpan<float> Values => _values;

    public override void Multiply(PaddedMatrix input, int begin, int rows)
    {
        (_batch, _begin) = (input, begin);
        for (var r = 0; r < rows; r++)
        {
            var (norm, lost, rounded) = HalfRows.Round(input.Row(begin + r), _inputFirst + ((long)r * input.Stride), input.Stride);
            _errors[r] = new RowErrors((lost * _slack) + (norm * _sumSlack), rounded * _slack);
        }

        _outputs.Of(_products, 0, rows).addmm_(_inputs.Of(_input, 0, rows), _weights.Transposed, beta: 0, alpha: 1);
    }

    public override int TopK(int row, float* bias, int k)
    {
        var bound = LowerBound(row, bias, k);
        var count = Candidates(row, bias, null, bound);
        if (count > k)
        {
            count = Thin(count, k);
        }

        count = Compute(row, bias, count);
        count = KeepAtLeast(count, float.Epsilon);
        if (count <= k)
        {
            return count;
        }

        _values.AsSpan(0, count).CopyTo(_lower);
        return Chosen.KeepGreatest(_indices, _values, count, k, QuickSelect.Greatest(_lower.AsSpan(0, count), k));
    }

    public override int AtLeast(int row, float* bias, float bound)
        => KeepAtLeast(Compute(row, bias, Candidates(row, bias, null, bound)), bound);

    public override int AtLeastEach(int row, float* bias, float* bounds)
    {
        var count = Compute(row, bias, Candidates(row, bias, bounds, 0));
        var kept = 0;
        for (var i = 0; i < count; i++)
        {
            if (_values[i] >= bounds[_indices[i]])
            {
                _indices[kept] = _indices[i];
                _values[kept++] = _values[i];
            }
        }

        return kept;
    }

    public override void Dispose()
    {
        _inputs.Dispose();
        _outputs.Dispose();
        _input.Dispose();
        _products.Dispose();
    }

    // A number that at least k lower bounds reach (the k-th greatest z is not below it), or the least number above zero.
    private float LowerBound(int row, float* bias, int k)
    {
        var width = _weights.Exact.Rows;
        var segments = ((2 * k) + MaximaGroups - 1) / MaximaGroups;
        var vectors = width / Lanes;
        if (vectors < 16 * segments)
        {
            return float.Epsilon;
        }

        if (_maxima.Length < segments * MaximaGroups)
        {
            _maxima = new float[segments * MaximaGroups];
        }

        fixed (float* maxima = _maxima)
        {
            for (var s = 0; s < segments; s++)
            {
                var begin = (int)((long)s * vectors / segments) * Lanes;
                var end = (int)((long)(s + 1) * vectors / segments) * Lanes;
                Maxima(row, bias, begin, end, maxima + (s * MaximaGroups));
            }

            return RowSelection.Bisect(maxima, segments * MaximaGroups, k);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Maxima(int row, float* bias, int begin, int end, float* maxima)
    {
        var products = _productsFirst + ((long)row * _weights.Exact.Rows);
        var (norms, roundings) = ((nint)_weights.Norms.First, (nint)_weights.RoundingNorms.First);
        var lost = Vector512.Create(_errors[row].Lost);
        var rounded = Vector512.Create(_errors[row].Rounded);
        new Span<float>(maxima, MaximaGroups).Fill(float.NegativeInfinity);
        var i = begin;
        for (; i < end; i += Lanes)
        {
            var a = HalfRows.Load(products + i);
            var b = Vector512.Load(bias + i);
            var v = a + b - Error(a, b, Vector512.Load((float*)norms + i), Vector512.Load((float*)roundings + i), lost, rounded);
            var at = maxima + ((i - begin) & (MaximaGroups - 1));
            var most = Vector512.Load(at);
            // A comparison, not Max: a NaN must not hide the group's other values.
            Vector512.ConditionalSelect(Vector512.GreaterThan(v, most), v, most).Store(at);
        }
    }

    // Every latent whose upper bound reaches the bound (its own one where there are bounds); both its bounds are kept for thinning.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Candidates(int row, float* bias, float* bounds, float bound)
    {
        var products = _productsFirst + ((long)row * _weights.Exact.Rows);
        var (norms, roundings) = (_weights.Norms, _weights.RoundingNorms);
        var (normsFirst, roundingsFirst) = ((nint)norms.First, (nint)roundings.First);
        var lost = Vector512.Create(_errors[row].Lost);
        var rounded = Vector512.Create(_errors[row].Rounded);
        var common = Vector512.Create(bound);
        var width = norms.Stride;
        var count = 0;
        float* vs = stackalloc float[Lanes];
        float* es = stackalloc float[Lanes];
        for (var i = 0; i < width; i += Lanes)
        {
            var a = HalfRows.Load(products + i);
            var b = Vector512.Load(bias + i);
            var v = a + b;
            var error = Error(a, b, Vector512.Load((float*)normsFirst + i), Vector512.Load((float*)roundingsFirst + i), lost, rounded);
            var least = bounds == null ? common : Vector512.Load(bounds + i);
            // Not "at least": where something overflowed to NaN, float32 must decide. A bias of −∞ stays below everything.
            var mask = Vector512.LessThan(v + error, least).ExtractMostSignificantBits() ^ 0xFFFF;
            if (mask == 0)
            {
                continue;
            }

            v.Store(vs);
            error.Store(es);
            do
            {
                var lane = BitOperations.TrailingZeroCount(mask);
                mask &= mask - 1;
                _indices[count] = i + lane;
                var lower = vs[lane] - es[lane];
                _lower[count] = float.IsNaN(lower) ? float.NegativeInfinity : lower;
                _upper[count++] = vs[lane] + es[lane];
            }
            while (mask != 0);
        }

        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Error(
        Vector512<float> a, Vector512<float> b, Vector512<float> norms, Vector512<float> roundings, Vector512<float> lost, Vector512<float> rounded)
    {
        var size = Vector512.Abs(a);
        var error = Vector512.FusedMultiplyAdd(norms, lost, Vector512.Create(Tiny));
        error = Vector512.FusedMultiplyAdd(roundings, rounded, error);
        error = Vector512.FusedMultiplyAdd(size, Vector512.Create(HalfRows.Rounding + Ulps), error);
        // A bias of −∞ must not make the error infinite: the sum of both would be NaN, and the latent a candidate.
        return Vector512.FusedMultiplyAdd(Vector512.Min(Vector512.Abs(b), Vector512.Create(1e30f)), Vector512.Create(Ulps), error);
    }

    // Drops candidates whose upper bound is below k lower bounds.
    private int Thin(int count, int k)
    {
        _lower.AsSpan(0, count).CopyTo(_values);
        var bound = QuickSelect.Greatest(_values.AsSpan(0, count), k);
        var kept = 0;
        for (var i = 0; i < count; i++)
        {
            if (!(_upper[i] < bound))
            {
                _indices[kept++] = _indices[i];
            }
        }

        return kept;
    }

    private int Compute(int row, float* bias, int count)
    {
        fixed (int* indices = _indices)
        fixed (float* values = _values)
        {
            RowMath.Dots(values, _batch.Row(_begin + row), _batch.Stride, _weights.Exact.First, indices, count);
            for (var i = 0; i < count; i++)
            {
                values[i] += bias[indices[i]];
            }
        }

        return count;
    }

    private int KeepAtLeast(int count, float bound)
    {
        var kept = 0;
        for (var i = 0; i < count; i++)
        {
            if (_values[i] >= bound)
            {
                _indices[kept] = _indices[i];
                _values[kept++] = _values[i];
            }
        }

        return kept;
    }

    /// <param name="Lost">‖x − x̂‖, with slack: times ‖w‖.</param>
    /// <param name="Rounded">‖x̂‖, with slack: times ‖w − ŵ‖.</param>
    private readonly record struct RowErrors(float Lost, float Rounded);
}
