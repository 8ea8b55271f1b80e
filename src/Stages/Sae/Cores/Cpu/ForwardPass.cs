using System.Diagnostics;
using Emergence.Stages.Sae.Kernels;
using Emergence.Stages.Sae.Training;
using Emergence.Stages.Workers;

namespace Emergence.Stages.Sae.Cores.Cpu;

/// <summary>Codes, errors and slopes of a batch, piece by piece.</summary>
internal sealed unsafe class ForwardPass
{
    private readonly SaeOptions _options;
    private readonly SaeWeights _weights;
    private readonly WorkerCrew _workers;
    private readonly PieceEncoder[] _encoders;
    private readonly CpuBatch _batch;
    private readonly AuxiliaryPass? _auxiliary;
    private readonly PaddedMatrix _mean;
    private readonly PaddedMatrix _windows;
    private readonly int[] _prefixEnds;
    private readonly BatchThreshold? _threshold;
    private readonly Action<int, int> _standardise;
    private readonly Action<int, int> _encode;
    private readonly Action<int, int> _near;
    private readonly Action<int, int> _decode;
    private readonly KernelClock _clock;
    private int _rows;
    private float _scale;
    private bool _standardised;
    private bool _all;

    public ForwardPass(
        SaeOptions options, SaeWeights weights, WorkerCrew workers, PieceEncoder[] encoders, CpuBatch batch, AuxiliaryPass? auxiliary, PaddedMatrix mean, PaddedMatrix windows, KernelClock clock)
    {
        _clock = clock;
        (_options, _weights, _workers, _encoders, _batch, _auxiliary, _mean, _windows)
            = (options, weights, workers, encoders, batch, auxiliary, mean, windows);
        _prefixEnds = options.PrefixEnds(weights.Dimension);
        _threshold = options.Architecture is SaeArchitecture.BatchTopK or SaeArchitecture.Matryoshka ? new BatchThreshold(batch.Pieces) : null;
        _standardise = Standardise;
        _encode = Encode;
        _near = Near;
        _decode = Decode;
    }

    /// <summary>Least value kept in the latest batch (BatchTopK, Matryoshka), else 0.</summary>
    public float SmallestKept => _threshold?.SmallestKept ?? 0;

    /// <summary>Σ‖e‖² of the whole dictionary.</summary>
    public double FullLoss { get; private set; }

    /// <summary>Within a job of the workers: does it all for the batch's first rows, which are raw.</summary>
    public void Run(int rows, float scale)
    {
        (_rows, _scale, _standardised) = (rows, scale, false);
        var pieces = _batch.PiecesOf(rows);
        if (_threshold is null)
        {
            _workers.For(pieces, _encode);
        }
        else
        {
            SelectOverBatch(pieces);
        }

        FullLoss = 0;
        for (var p = 0; p < pieces; p++)
        {
            FullLoss += _batch.FullLosses[p];
        }
    }

    /// <summary>
    /// The rows·k-th greatest z of the batch's first <paramref name="rows"/> tokens, above zero; for JumpReLU's first thresholds. Leaves them standardised.
    /// </summary>
    public float Greatest(int rows, float scale)
    {
        (_rows, _scale, _standardised) = (rows, scale, false);
        _workers.For(_batch.PiecesOf(rows), _standardise);
        var all = new List<float>();
        for (var p = 0; p < _batch.PiecesOf(rows); p++)
        {
            var n = _batch.RowsOf(p, rows);
            _encoders[0].Multiply(_batch.Input, _batch.First(p), n);
            for (var r = 0; r < n; r++)
            {
                all.AddRange(_encoders[0].Values[.._encoders[0].AtLeast(r, _weights.EncoderBias.First, float.Epsilon)]);
            }
        }

        return all.Count == 0 ? 1 : QuickSelect.Greatest(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(all), Math.Min(rows * _options.K, all.Count));
    }

    private void SelectOverBatch(int pieces)
    {
        var threshold = _threshold!;
        _workers.For(pieces, _standardise);
        _standardised = true;
        var wanted = checked(_rows * _options.K);
        if (!threshold.GuessFromLast())
        {
            GuessFromRows();
        }

        if (!Select(pieces, wanted))
        {
            GuessFromRows();
            if (!Select(pieces, wanted))
            {
                threshold.LookAtAll();
                if (!Select(pieces, wanted))
                {
                    threshold.KeepAll(_batch.Codes.AsSpan(0, pieces));
                    _all = true;
                }
            }
        }

        _workers.For(pieces, _decode);
        _all = false;
    }

    private void GuessFromRows()
    {
        var n = _batch.RowsOf(0, _rows);
        _encoders[0].Multiply(_batch.Input, 0, n);
        _threshold!.GuessFromRows(_encoders[0], _weights.EncoderBias.First, n, _options.K);
    }

    private bool Select(int pieces, int wanted)
    {
        _workers.For(pieces, _encode);
        var total = 0;
        for (var p = 0; p < pieces; p++)
        {
            total += _batch.Codes[p].Count;
        }

        if (!_threshold!.FindBin(pieces, wanted, total))
        {
            return false;
        }

        _workers.For(pieces, _near);
        _threshold.Decide(pieces);
        return true;
    }

    // xc = s·(x − μ) − b_dec, in place.
    private void Standardise(int piece, int worker)
    {
        var first = _batch.First(piece);
        var end = first + _batch.RowsOf(piece, _rows);
        for (var r = first; r < end; r++)
        {
            RowMath.Standardise(_batch.Input.Row(r), _mean.First, _scale, _weights.DecoderBias.First, _batch.Input.Stride);
        }
    }

    private void Encode(int piece, int worker)
    {
        if (!_standardised)
        {
            Standardise(piece, worker);
        }

        var (encoder, codes) = (_encoders[worker], _batch.Codes[piece]);
        var n = _batch.RowsOf(piece, _rows);
        var bias = _weights.EncoderBias.First;
        var now = Stopwatch.GetTimestamp();
        encoder.Multiply(_batch.Input, _batch.First(piece), n);
        now = _clock.Add(worker, SaeKernel.Product, now);
        codes.Clear();
        for (var r = 0; r < n; r++)
        {
            var count = _options.Architecture switch
            {
                SaeArchitecture.TopK => encoder.TopK(r, bias, _options.K),
                SaeArchitecture.JumpReLU => encoder.AtLeastEach(r, bias, _windows.First),
                _ => encoder.AtLeast(r, bias, _threshold!.Bound),
            };
            codes.Add(encoder.Indices[..count], encoder.Values[..count]);
        }

        _auxiliary?.Select(piece, encoder, n);
        if (_threshold is not null)
        {
            _threshold.Count(piece, codes);
            _clock.Add(worker, SaeKernel.Select, now);
            return;
        }

        if (_options.Architecture == SaeArchitecture.JumpReLU)
        {
            SilenceWindow(codes);
        }

        _clock.Add(worker, SaeKernel.Select, now);
        Decode(piece, worker);
    }

    private void Near(int piece, int worker) => _threshold!.Near(piece, _batch.Codes[piece]);

    // Entries that are only near their threshold stay, for the threshold's gradient, with activation zero.
    private void SilenceWindow(CodePiece codes)
    {
        var (latents, values) = (codes.Latents, codes.Values);
        for (var i = 0; i < codes.Count; i++)
        {
            if (!(values[i] > _weights.Threshold.First[latents[i]]))
            {
                values[i] = 0;
            }
        }
    }

    private void Decode(int piece, int worker)
    {
        var now = Stopwatch.GetTimestamp();
        var codes = _batch.Codes[piece];
        if (_threshold is not null && !_all)
        {
            _threshold.Keep(piece, codes);
        }

        _batch.Index.CountPiece(piece, codes);
        var full = 0.0;
        var n = _batch.Input.Stride;
        var sums = _batch.ErrorSums.Row(piece);
        var fullSums = _batch.FullErrorSums.Row(piece);
        new Span<float>(sums, n).Clear();
        new Span<float>(fullSums, n).Clear();
        for (var r = 0; r < codes.Rows; r++)
        {
            var row = _batch.First(piece) + r;
            full += DecodeRow(codes, r, row);
            RowMath.AddScaled(sums, _batch.Errors.Row(row), n, 1);
            if (fullSums != sums)
            {
                RowMath.AddScaled(fullSums, _batch.Errors.Row(((_prefixEnds.Length - 1) * _batch.Capacity) + row), n, _prefixEnds.Length);
            }
        }

        _batch.FullLosses[piece] = full;
        _auxiliary?.Decode(piece);
        _clock.Add(worker, SaeKernel.Decode, now);
    }

    // Returns ‖e‖² of the whole dictionary.
    private double DecodeRow(CodePiece codes, int r, int row)
    {
        var (decoder, n, prefixes) = (_weights.Decoder, _batch.Input.Stride, _prefixEnds.Length);
        var (start, end) = (codes.StartOf(r), codes.EndOf(r));
        fixed (int* latents = codes.Latents)
        fixed (float* values = codes.Values)
        fixed (float* slopes = codes.Slopes)
        {
            if (prefixes == 1)
            {
                var e = _batch.Errors.Row(row);
                var loss = RowMath.Rebuild(e, _batch.Input.Row(row), n, decoder.First, latents + start, values + start, end - start);
                RowMath.Dots(slopes + start, e, n, decoder.First, latents + start, end - start);
                return loss;
            }

            return DecodeNested(row, latents, values, slopes, start, end);
        }
    }

    // Errors of growing prefixes, then their sums from the last prefix backwards.
    private double DecodeNested(int row, int* latents, float* values, float* slopes, int start, int end)
    {
        var (decoder, n, prefixes, rows) = (_weights.Decoder, _batch.Input.Stride, _prefixEnds.Length, _batch.Capacity);
        var share = 1f / prefixes;
        var full = 0.0;
        var at = start;
        for (var g = 0; g < prefixes; g++)
        {
            var first = at;
            while (at < end && latents[at] < _prefixEnds[g])
            {
                at++;
            }

            var e = _batch.Errors.Row((g * rows) + row);
            if (g == 0)
            {
                full = RowMath.Rebuild(e, _batch.Input.Row(row), n, decoder.First, latents + first, values + first, at - first);
            }
            else
            {
                RowMath.Scale(e, _batch.Errors.Row(((g - 1) * rows) + row), n, 1);
                RowMath.AddWeightedRows(e, n, decoder.First, latents + first, values + first, at - first);
                full = RowMath.Dot(e, e, n);
            }
        }

        at = end;
        for (var g = prefixes - 1; g >= 0; g--)
        {
            var e = _batch.Errors.Row((g * rows) + row);
            RowMath.Scale(e, e, n, share);
            if (g < prefixes - 1)
            {
                RowMath.AddScaled(e, _batch.Errors.Row(((g + 1) * rows) + row), n, 1);
            }

            var last = at;
            while (at > start && (g == 0 || latents[at - 1] >= _prefixEnds[g - 1]))
            {
                at--;
            }

            RowMath.Dots(slopes + at, e, n, decoder.First, latents + at, last - at);
        }

        return full;
    }
}
