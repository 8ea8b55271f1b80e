using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Emergence.Stages.Sae.Kernels;
using Emergence.Stages.Sae.Training;
using Emergence.Stages.Workers;

namespace Emergence.Stages.Sae.Cores.Cpu;

/// <summary>
/// Gradients of a batch by hand, latent by latent. With c = 2/(n·d), e the error that a latent answers for, g = c·e·W_dec[j] the slope of
/// its activation:
/// <code>
/// ∂L/∂W_dec[j] = c · Σ_tokens f_j e,   ∂L/∂W_enc[j] = Σ_tokens g_j · xc,   ∂L/∂b_enc[j] = Σ_tokens g_j     (active tokens only)
/// ∂L/∂b_dec    = c · Σ_tokens e − Σ_j ∂L/∂b_enc[j] · W_enc[j]
/// ∂L/∂log θ_j  = −(θ_j/ε) · [ θ_j · Σ g_j  +  2λ(L0/k − 1)/(k·n) · #{tokens} ]                              (tokens in the window only)
/// </code>
/// and likewise for the dead latents of the auxiliary loss.
/// </summary>
internal sealed unsafe class BackwardPass : IDisposable
{
    /// <summary>Latents of one piece of work.</summary>
    public const int LatentPiece = 32;

    private readonly SaeOptions _options;
    private readonly SaeWeights _weights;
    private readonly WorkerCrew _workers;
    private readonly CpuBatch _batch;
    private readonly AuxiliaryPass? _auxiliary;
    private readonly LatentMatrices _gradients;
    private readonly int[] _prefixEnds;
    private readonly double[] _norms;
    private readonly PaddedMatrix _biasSums;
    private readonly PaddedMatrix _more;
    private readonly Action<int, int> _fill;
    private readonly Action<int, int> _latents;
    private int _rows;
    private float _factor;
    private float _auxiliaryFactor;
    private readonly int[] _whole;
    private readonly KernelClock _clock;
    private float _penalty;

    public BackwardPass(
        SaeOptions options, SaeWeights weights, WorkerCrew workers, CpuBatch batch, AuxiliaryPass? auxiliary, LatentMatrices gradients, PaddedMatrix biasSums,
        KernelClock clock)
    {
        _clock = clock;
        (_options, _weights, _workers, _batch, _auxiliary, _gradients, _biasSums) = (options, weights, workers, batch, auxiliary, gradients, biasSums);
        _prefixEnds = options.PrefixEnds(weights.Dimension);
        Pieces = (weights.Features + LatentPiece - 1) / LatentPiece;
        _whole = [weights.Features];
        _more = new PaddedMatrix(2 * workers.Count, weights.Dimension);
        _norms = new double[Pieces];
        HasGradient = new bool[weights.Features];
        Fired = new bool[weights.Features];
        _fill = Fill;
        _latents = Latents;
    }

    /// <summary>Pieces of latents.</summary>
    public int Pieces { get; }

    /// <summary>Whether a latent has gradient rows; others are zero and not written.</summary>
    public bool[] HasGradient { get; }

    /// <summary>Leaves gradients as they are, for who wants to look at them.</summary>
    public bool KeepParallel { get; set; }

    /// <summary>Whether a latent was active on some token.</summary>
    public bool[] Fired { get; }

    /// <summary>Within a job of the workers. Returns the squared norm of all gradients.</summary>
    /// <param name="rows">Tokens.</param>
    /// <param name="fullLoss">Σ‖e‖² of the whole dictionary.</param>
    /// <param name="sparsityWeight">λ.</param>
    public double Run(int rows, double fullLoss, double sparsityWeight)
    {
        _rows = rows;
        _factor = (float)(2.0 / ((double)rows * _weights.Dimension));
        var pieces = _batch.PiecesOf(rows);
        _batch.Index.Place(pieces);
        var bias = _gradients.DecoderBias;
        if (_auxiliary is { Runs: true })
        {
            Sum(bias, _batch.FullErrorSums, pieces);
            _auxiliaryFactor = _auxiliary.Factor(fullLoss - (RowMath.Dot(bias.First, bias.First, bias.Stride) / (double)rows), fullLoss);
            _auxiliary.Index.Place(pieces);
        }

        _penalty = _options.Architecture == SaeArchitecture.JumpReLU ? Penalty(pieces, sparsityWeight) : 0;
        _workers.For(pieces, _fill);
        _workers.For(Pieces, _latents);
        Sum(bias, _batch.ErrorSums, pieces);
        RowMath.Scale(bias.First, bias.First, bias.Stride, _factor);
        var norm = 0.0;
        for (var p = 0; p < Pieces; p++)
        {
            norm += _norms[p];
            RowMath.AddScaled(bias.First, _biasSums.Row(p), bias.Stride, -1);
        }

        return norm + RowMath.Dot(bias.First, bias.First, bias.Stride);
    }

    public void Dispose() => _more.Dispose();

    private static void Sum(PaddedMatrix into, PaddedMatrix rows, int count)
    {
        into.Clear();
        for (var p = 0; p < count; p++)
        {
            RowMath.AddScaled(into.First, rows.Row(p), into.Stride, 1);
        }
    }

    // 2λ(L0/k − 1)/(k·n): what one more active entry costs.
    private float Penalty(int pieces, double weight)
    {
        long active = 0;
        for (var p = 0; p < pieces; p++)
        {
            foreach (var value in _batch.Codes[p].Values.AsSpan(0, _batch.Codes[p].Count))
            {
                active += value > 0 ? 1 : 0;
            }
        }

        var l0 = active / (double)_rows;
        return (float)(2 * weight * ((l0 / _options.K) - 1) / ((double)_options.K * _rows));
    }

    private void Fill(int piece, int worker)
    {
        var now = Stopwatch.GetTimestamp();
        var first = _batch.First(piece);
        _batch.Index.FillPiece(piece, _batch.Codes[piece], first, _factor, _factor, _prefixEnds, _batch.Capacity);
        if (_auxiliary is { Runs: true })
        {
            _auxiliary.Index.FillPiece(piece, _auxiliary.Codes(piece), first, _auxiliaryFactor, _auxiliaryFactor, _whole, 0);
        }

        _clock.Add(worker, SaeKernel.Index, now);
    }

    private void Latents(int piece, int worker)
    {
        var now = Stopwatch.GetTimestamp();
        var n = _weights.Decoder.Stride;
        var sums = _biasSums.Row(piece);
        new Span<float>(sums, n).Clear();
        var norm = 0.0;
        var end = Math.Min(_weights.Features, (piece + 1) * LatentPiece);
        for (var f = piece * LatentPiece; f < end; f++)
        {
            var entries = _batch.Index.Of(f);
            Fired[f] = entries.Length > 0;
            if (_options.Architecture == SaeArchitecture.JumpReLU)
            {
                norm += Window(f, entries);
            }

            var dead = _auxiliary is { Runs: true } ? _auxiliary.Index.Of(f) : [];
            HasGradient[f] = entries.Length + dead.Length > 0;
            _gradients.EncoderBias.First[f] = 0;
            if (HasGradient[f])
            {
                norm += Latent(f, worker, entries, dead);
                RowMath.AddScaled(sums, _weights.Encoder.Row(f), n, _gradients.EncoderBias.First[f]);
            }
        }

        _norms[piece] = norm;
        _clock.Add(worker, SaeKernel.Gradients, now);
    }

    private double Latent(int f, int worker, Span<LatentIndex.Entry> entries, Span<LatentIndex.Entry> dead)
    {
        var n = _weights.Decoder.Stride;
        var decoder = _gradients.Decoder.Row(f);
        var encoder = _gradients.Encoder.Row(f);
        // A latent is dead or active: never both in one batch, except one that wakes.
        var bias = Rows(entries, _batch.Errors, decoder, encoder);
        if (dead.Length > 0)
        {
            var forDecoder = _more.Row(2 * worker);
            var forEncoder = _more.Row((2 * worker) + 1);
            bias += Rows(dead, _auxiliary!.Errors, forDecoder, forEncoder);
            RowMath.AddScaled(decoder, forDecoder, n, 1);
            RowMath.AddScaled(encoder, forEncoder, n, 1);
        }

        _gradients.EncoderBias.First[f] = bias;
        if (_options.NormaliseDecoder && !KeepParallel)
        {
            // The row has norm 1 and keeps it: what points along it would only be lost in the normalisation, after disturbing Adam.
            RowMath.AddScaled(decoder, _weights.Decoder.Row(f), n, -RowMath.Dot(decoder, _weights.Decoder.Row(f), n));
        }

        return RowMath.Dot(decoder, decoder, n) + (double)RowMath.Dot(encoder, encoder, n) + ((double)bias * bias);
    }

    private float Rows(Span<LatentIndex.Entry> entries, PaddedMatrix errors, float* decoder, float* encoder)
    {
        // The index's memory is pinned.
        var first = (LatentIndex.Entry*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(entries));
        EntryRows.SumErrors(decoder, errors.Stride, errors.First, first, entries.Length);
        EntryRows.SumInputs(encoder, errors.Stride, _batch.Input.First, first, entries.Length);
        var bias = 0f;
        for (var j = 0; j < entries.Length; j++)
        {
            bias += first[j].Slope;
        }

        return bias;
    }

    // The threshold's gradient; then entries that were only near it lose their slope, which is no slope of an activation.
    private double Window(int f, Span<LatentIndex.Entry> entries)
    {
        var theta = _weights.Threshold.First[f];
        var width = (float)_options.Bandwidth;
        var most = _factor * (theta + (width / 2));
        double slopes = 0;
        var inWindow = 0;
        var fired = false;
        foreach (ref var entry in entries)
        {
            if (entry.Value <= most)
            {
                slopes += entry.Slope;
                inWindow++;
            }

            if (entry.Value == 0)
            {
                entry.Slope = 0;
            }

            fired |= entry.Value > 0;
        }

        Fired[f] = fired;
        var gradient = (float)(-(theta / width) * ((theta * slopes) + ((double)_penalty * inWindow)));
        _gradients.LogThreshold.First[f] = gradient;
        return (double)gradient * gradient;
    }
}
