using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Emergence.Stages.Sae.Kernels;

namespace Emergence.Stages.Sae.Training;

/// <summary>
/// Adam (arXiv 1412.6980) with bias correction in one pass over weights, moments and gradients, row by row; decoder rows are brought back
/// to unit norm in the same pass. Rows without gradient take their decay too: the result is that of the dense formula.
/// </summary>
internal sealed unsafe class AdamOptimiser : IDisposable
{
    private const int LatentPiece = 16;

    // Moments of long silent rows fade into denormal numbers, which many processors handle slowly; far below ε they change no weight.
    private const float Negligible = 1e-30f;

    private readonly SaeWeights _weights;
    private readonly KernelThreads _threads;
    private readonly bool _normalise;
    private readonly SaeGradients _first;
    private readonly SaeGradients _second;
    private readonly PaddedMatrix _none;
    private readonly Action<int, int, int> _rows;
    private SaeGradients _gradients = null!;
    private Scalars _scalars;
    private double _power1 = 1;
    private double _power2 = 1;

    public AdamOptimiser(SaeWeights weights, bool normaliseDecoder, KernelThreads threads)
    {
        _weights = weights;
        _threads = threads;
        _normalise = normaliseDecoder;
        _first = new SaeGradients(weights.Features, weights.Dimension);
        _second = new SaeGradients(weights.Features, weights.Dimension);
        _none = new PaddedMatrix(1, weights.Dimension);
        _rows = Rows;
    }

    /// <summary>Forgets both moments and the step count.</summary>
    public void Reset()
    {
        foreach (var moments in new[] { _first, _second })
        {
            moments.Encoder.Clear();
            moments.Decoder.Clear();
            moments.EncoderBias.Clear();
            moments.DecoderBias.Clear();
        }

        _power1 = 1;
        _power2 = 1;
    }

    /// <summary>One step.</summary>
    /// <param name="gradients">Gradients of this step's loss.</param>
    /// <param name="learningRate">Step size.</param>
    /// <param name="maximumNorm">Greatest gradient norm; longer gradients are scaled down to it.</param>
    public void Step(SaeGradients gradients, double learningRate, double maximumNorm)
    {
        _power1 *= SaeDefaults.Beta1;
        _power2 *= SaeDefaults.Beta2;
        var norm = Math.Sqrt(gradients.SquaredNorm);
        _scalars = new Scalars(
            (float)(norm > maximumNorm ? maximumNorm / norm : 1),
            (float)(learningRate / (1 - _power1)),
            (float)(1 / Math.Sqrt(1 - _power2)));
        _gradients = gradients;
        _threads.For(_weights.Features, LatentPiece, _rows);
        Update(_weights.EncoderBias.First, gradients.EncoderBias.First, _first.EncoderBias.First, _second.EncoderBias.First, _weights.EncoderBias.Stride, _scalars);
        Update(_weights.DecoderBias.First, gradients.DecoderBias.First, _first.DecoderBias.First, _second.DecoderBias.First, _weights.DecoderBias.Stride, _scalars);
    }

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
        _none.Dispose();
    }

    private void Rows(int begin, int end, int worker)
    {
        var n = _weights.Decoder.Stride;
        for (var f = begin; f < end; f++)
        {
            var active = _gradients.Active[f];
            Update(_weights.Encoder.Row(f), active ? _gradients.Encoder.Row(f) : _none.First, _first.Encoder.Row(f), _second.Encoder.Row(f), n, _scalars);
            var row = _weights.Decoder.Row(f);
            Update(row, active ? _gradients.Decoder.Row(f) : _none.First, _first.Decoder.Row(f), _second.Decoder.Row(f), n, _scalars);
            if (_normalise)
            {
                var squares = RowMath.Dot(row, row, n);
                if (squares > 0)
                {
                    RowMath.Scale(row, row, n, 1 / MathF.Sqrt(squares));
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Update(float* w, float* g, float* m, float* v, int n, in Scalars s)
    {
        var clip = Vector512.Create(s.Clip);
        var rate = Vector512.Create(-s.Rate);
        var correction = Vector512.Create(s.Correction);
        var epsilon = Vector512.Create((float)SaeDefaults.AdamEpsilon);
        var decay1 = Vector512.Create((float)SaeDefaults.Beta1);
        var gain1 = Vector512.Create((float)(1 - SaeDefaults.Beta1));
        var decay2 = Vector512.Create((float)SaeDefaults.Beta2);
        var gain2 = Vector512.Create((float)(1 - SaeDefaults.Beta2));
        var least = Vector512.Create(Negligible);
        for (var i = 0; i < n; i += PaddedMatrix.Lanes)
        {
            var gradient = Vector512.Load(g + i) * clip;
            var first = Vector512.FusedMultiplyAdd(Vector512.Load(m + i), decay1, gradient * gain1);
            var second = Vector512.FusedMultiplyAdd(Vector512.Load(v + i), decay2, gradient * gradient * gain2);
            first = Vector512.ConditionalSelect(Vector512.GreaterThan(Vector512.Abs(first), least), first, Vector512<float>.Zero);
            second = Vector512.ConditionalSelect(Vector512.GreaterThan(second, least), second, Vector512<float>.Zero);
            first.Store(m + i);
            second.Store(v + i);
            var divisor = Vector512.FusedMultiplyAdd(Vector512.Sqrt(second), correction, epsilon);
            Vector512.FusedMultiplyAdd(first / divisor, rate, Vector512.Load(w + i)).Store(w + i);
        }
    }

    /// <param name="Clip">Factor on the gradient.</param>
    /// <param name="Rate">Learning rate over the first moment's bias correction.</param>
    /// <param name="Correction">One over the root of the second moment's bias correction.</param>
    private readonly record struct Scalars(float Clip, float Rate, float Correction);
}
