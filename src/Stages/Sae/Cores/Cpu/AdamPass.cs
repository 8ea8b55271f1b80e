using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Emergence.Stages.Sae.Kernels;
using Emergence.Stages.Sae.Training;
using Emergence.Stages.Workers;

namespace Emergence.Stages.Sae.Cores.Cpu;

/// <summary>
/// Adam (arXiv 1412.6980) with bias correction in one pass over weights, moments and gradients, row by row; decoder rows are brought back
/// to unit norm in the same pass. Rows without gradient take their decay too: the result is that of the dense formula.
/// </summary>
internal sealed unsafe class AdamPass : IDisposable
{
    // Moments of long silent rows fade into denormal numbers, which many processors handle slowly; far below ε they change no weight.
    private const float Negligible = 1e-30f;

    private readonly SaeOptions _options;
    private readonly SaeWeights _weights;
    private readonly WorkerCrew _workers;
    private readonly LatentMatrices _gradients;
    private readonly PaddedMatrix _none;
    private readonly Action<int, int> _latents;
    private readonly KernelClock _clock;
    private bool[] _hasGradient = [];
    private Scalars _scalars;

    public AdamPass(SaeOptions options, SaeWeights weights, WorkerCrew workers, LatentMatrices gradients, KernelClock clock)
    {
        _clock = clock;
        (_options, _weights, _workers, _gradients) = (options, weights, workers, gradients);
        First = new LatentMatrices(weights.Features, weights.Dimension);
        Second = new LatentMatrices(weights.Features, weights.Dimension);
        _none = new PaddedMatrix(1, weights.Dimension);
        _latents = Latents;
    }

    /// <summary>First moments.</summary>
    public LatentMatrices First { get; }

    /// <summary>Second moments.</summary>
    public LatentMatrices Second { get; }

    /// <summary>Steps since the moments were fresh.</summary>
    public long Steps { get; set; }

    /// <summary>Told each latent whose encoder row has just changed and is still in cache, on the worker that changed it.</summary>
    public Action<int>? EncoderRowChanged { get; set; }

    /// <summary>Forgets both moments and the step count.</summary>
    public void Reset()
    {
        First.Clear();
        Second.Clear();
        Steps = 0;
    }

    /// <summary>Within a job of the workers: one step.</summary>
    /// <param name="hasGradient">Which latents have gradient rows.</param>
    /// <param name="pieces">Pieces of <see cref="BackwardPass.LatentPiece"/> latents.</param>
    /// <param name="learningRate">Step size.</param>
    /// <param name="clip">Factor on gradients.</param>
    public void Step(bool[] hasGradient, int pieces, double learningRate, double clip)
    {
        Steps++;
        _scalars = new Scalars(
            (float)clip,
            (float)(learningRate / (1 - Math.Pow(SaeDefaults.Beta1, Steps))),
            (float)(1 / Math.Sqrt(1 - Math.Pow(_options.Beta2, Steps))),
            (float)_options.Beta2,
            (float)(1 - _options.Beta2));
        _hasGradient = hasGradient;
        _workers.For(pieces, _latents);
        Single(_weights.EncoderBias, _gradients.EncoderBias, First.EncoderBias, Second.EncoderBias);
        Single(_weights.DecoderBias, _gradients.DecoderBias, First.DecoderBias, Second.DecoderBias);
        if (_options.Architecture == SaeArchitecture.JumpReLU)
        {
            Single(_weights.LogThreshold, _gradients.LogThreshold, First.LogThreshold, Second.LogThreshold);
            _weights.FollowLogThreshold();
        }
    }

    public void Dispose()
    {
        First.Dispose();
        Second.Dispose();
        _none.Dispose();
    }

    private void Single(PaddedMatrix weights, PaddedMatrix gradients, PaddedMatrix first, PaddedMatrix second)
        => Update(weights.First, gradients.First, first.First, second.First, weights.Stride, _scalars);

    private void Latents(int piece, int worker)
    {
        var now = Stopwatch.GetTimestamp();
        var n = _weights.Decoder.Stride;
        var end = Math.Min(_weights.Features, (piece + 1) * BackwardPass.LatentPiece);
        for (var f = piece * BackwardPass.LatentPiece; f < end; f++)
        {
            var active = _hasGradient[f];
            Update(_weights.Encoder.Row(f), active ? _gradients.Encoder.Row(f) : _none.First, First.Encoder.Row(f), Second.Encoder.Row(f), n, _scalars);
            EncoderRowChanged?.Invoke(f);
            var row = _weights.Decoder.Row(f);
            var squares = Update(row, active ? _gradients.Decoder.Row(f) : _none.First, First.Decoder.Row(f), Second.Decoder.Row(f), n, _scalars);
            if (_options.NormaliseDecoder && squares > 0)
            {
                RowMath.Scale(row, row, n, 1 / MathF.Sqrt(squares));
            }
        }

        _clock.Add(worker, SaeKernel.Optimiser, now);
    }

    // Returns the squared norm of the row afterwards.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Update(float* w, float* g, float* m, float* v, int n, in Scalars s)
    {
        var clip = Vector512.Create(s.Clip);
        var rate = Vector512.Create(-s.Rate);
        var correction = Vector512.Create(s.Correction);
        var epsilon = Vector512.Create((float)SaeDefaults.AdamEpsilon);
        var decay1 = Vector512.Create((float)SaeDefaults.Beta1);
        var gain1 = Vector512.Create((float)(1 - SaeDefaults.Beta1));
        var decay2 = Vector512.Create(s.Decay2);
        var gain2 = Vector512.Create(s.Gain2);
        var least = Vector512.Create(Negligible);
        var squares = Vector512<float>.Zero;
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
            var weight = Vector512.FusedMultiplyAdd(first / divisor, rate, Vector512.Load(w + i));
            weight.Store(w + i);
            squares = Vector512.FusedMultiplyAdd(weight, weight, squares);
        }

        return RowMath.Sum(squares);
    }

    /// <param name="Clip">Factor on the gradient.</param>
    /// <param name="Rate">Learning rate over the first moment's bias correction.</param>
    /// <param name="Correction">One over the root of the second moment's bias correction.</param>
    /// <param name="Decay2">β₂.</param>
    /// <param name="Gain2">1 − β₂.</param>
    private readonly record struct Scalars(float Clip, float Rate, float Correction, float Decay2, float Gain2);
}
