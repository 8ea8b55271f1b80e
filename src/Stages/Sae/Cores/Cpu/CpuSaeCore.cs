using System.Runtime.InteropServices;
using Emergence.Stages.Firing;
using Emergence.Stages.Sae.Kernels;
using Emergence.Stages.Sae.Training;
using Emergence.Stages.Workers;
using TorchSharp;
using static TorchSharp.torch;

namespace Emergence.Stages.Sae.Cores.Cpu;

/// <summary>An SAE's arithmetic in C# vector kernels over tensors' memory, with libtorch's matrix product; sparse wherever codes are.</summary>
internal sealed unsafe class CpuSaeCore : ISaeCore, IGradientProbe
{
    private const int MostPieceRows = 256;
    private const int CalibrationRows = 256;
    private const int NarrowestForTopK = 256;

    private readonly SaeOptions _options;
    private readonly WorkerCrew _workers;
    private readonly bool _ownsWorkers;
    private readonly SaeWeights _weights;
    private readonly KernelClock _clock;
    private readonly LatentMatrices _gradients;
    private readonly AdamPass _adam;
    private readonly PaddedMatrix _mean;
    private readonly PaddedMatrix _windows;
    private readonly PaddedMatrix _biasSums;
    private readonly PieceEncoder[] _encoders;
    private readonly HalfEncoderWeights? _half;
    private readonly long[] _silentTokens;
    private readonly Action _stepJob;
    private CpuBatch? _batch;
    private AuxiliaryPass? _auxiliary;
    private ForwardPass? _forward;
    private BackwardPass? _backward;
    private FrozenEncoder? _frozen;
    private float _scale = 1;
    private int _jobRows;
    private SaeStepPlan _jobPlan;
    private SaeStepResult _jobResult;

    /// <param name="options">Valid options.</param>
    /// <param name="dimension">d.</param>
    /// <param name="workers">Who computes.</param>
    /// <param name="ownsWorkers">Whether they end with the core.</param>
    public CpuSaeCore(SaeOptions options, int dimension, WorkerCrew workers, bool ownsWorkers = false)
    {
        (_options, _workers, _ownsWorkers) = (options, workers, ownsWorkers);
        _weights = new SaeWeights(options.FeaturesFor(dimension), dimension);
        _gradients = new LatentMatrices(_weights.Features, dimension);
        _clock = new KernelClock(workers.Count);
        _adam = new AdamPass(options, _weights, workers, _gradients, _clock);
        _mean = new PaddedMatrix(1, dimension);
        _windows = new PaddedMatrix(1, _weights.Features);
        _biasSums = new PaddedMatrix((_weights.Features + BackwardPass.LatentPiece - 1) / BackwardPass.LatentPiece, dimension);
        _silentTokens = new long[_weights.Features];
        _half = options.HalfPreselection ?? (HalfEncoderWeights.Pays && Worthwhile(options, dimension)) ? new HalfEncoderWeights(_weights.Encoder) : null;
        _encoders = new PieceEncoder[workers.Count];
        for (var w = 0; w < workers.Count; w++)
        {
            _encoders[w] = _half is null ? new SinglePieceEncoder(_weights.Encoder, MostPieceRows) : new HalfPieceEncoder(_half, MostPieceRows);
        }

        _adam.EncoderRowChanged = _half is null ? null : _half.Follow;

        _stepJob = StepJob;
    }

    public Device Device { get; } = CPU;

    public IReadOnlyDictionary<string, double> Seconds
        => Enum.GetValues<SaeKernel>().ToDictionary(kernel => kernel.ToString().ToLowerInvariant(), _clock.Seconds);

    internal SaeWeights Weights => _weights;

    public void Initialise(ulong seed)
    {
        _weights.Initialise(seed);
        _half?.FollowAll();
        Array.Clear(_silentTokens);
        _adam.Reset();
    }

    public void Begin(int rows)
    {
        _adam.Reset();
        _clock.Clear();
        if (_batch is not null && _batch.Capacity == rows)
        {
            return;
        }

        _auxiliary?.Dispose();
        _backward?.Dispose();
        _batch?.Dispose();
        // Should the new one not fit into memory, nothing may point at the old one.
        (_auxiliary, _forward, _backward, _batch) = (null, null, null, null);
        _batch = new CpuBatch(rows, _weights.Dimension, _weights.Features, _options.PrefixEnds(_weights.Dimension).Length, Room());
        _auxiliary = _options.AuxCoefficient > 0 ? new AuxiliaryPass(_options, _weights, _batch) : null;
        _forward = new ForwardPass(_options, _weights, _workers, _encoders, _batch, _auxiliary, _mean, _windows, _clock);
        _backward = new BackwardPass(_options, _weights, _workers, _batch, _auxiliary, _gradients, _biasSums, _clock);
    }

    public void SetStatistics(ReadOnlySpan<float> mean, float scale)
    {
        mean.CopyTo(_mean.Values(0));
        _scale = scale;
    }

    public long FirstNonFinite(Tensor x) => FiniteCheck.FirstNonFinite(Values(x));

    public void Load(Tensor x, int from, int at, int rows)
    {
        var d = _weights.Dimension;
        var values = Values(x);
        for (var r = 0; r < rows; r++)
        {
            values.Slice((from + r) * d, d).CopyTo(_batch!.Input.Values(at + r));
        }
    }

    public void CalibrateThresholds(int rows)
        => _workers.Run(() =>
        {
            var copy = _batch!.Input.Tensor.clone();
            var theta = _forward!.Greatest(Math.Min(rows, CalibrationRows), _scale);
            _batch.Input.Tensor.copy_(copy);
            copy.Dispose();
            _weights.LogThreshold.Values(0).Fill(MathF.Log(theta));
            _weights.FollowLogThreshold();
        });

    public SaeStepResult Step(int rows, in SaeStepPlan plan)
    {
        (_jobRows, _jobPlan) = (rows, plan);
        _workers.Run(_stepJob);
        return _jobResult;
    }

    public SaeSnapshot Gradients(int rows, in SaeStepPlan plan)
    {
        var thisPlan = plan;
        _workers.Run(() =>
        {
            // A step turns raw activations into centred ones; whoever only looks finds the batch as it was.
            using var raw = _batch!.Input.Tensor.clone();
            _backward!.KeepParallel = true;
            Gradients(rows, thisPlan, out _);
            _backward.KeepParallel = false;
            _batch.Input.Tensor.copy_(raw);
        });
        for (var f = 0; f < _weights.Features; f++)
        {
            if (!_backward!.HasGradient[f])
            {
                _gradients.Encoder.Values(f).Clear();
                _gradients.Decoder.Values(f).Clear();
            }
        }

        return new SaeSnapshot { Weights = Copy(_gradients), SilentTokens = (long[])_silentTokens.Clone() };
    }

    public void Encode(Tensor x, float threshold, TokenFirings into, ReconstructionSums sums)
    {
        _frozen ??= new FrozenEncoder(_options, _weights, _workers, _encoders, _mean);
        var rows = (int)x.shape[0];
        fixed (float* raw = Values(x))
        {
            var first = raw;
            _workers.Run(() => _frozen.Run(first, rows, _scale, threshold, into, sums));
        }
    }

    public SaeSnapshot Snapshot(bool moments) => new()
    {
        Weights = Copy(_weights.Encoder, _weights.EncoderBias, _weights.Decoder, _weights.DecoderBias, _weights.LogThreshold),
        SilentTokens = (long[])_silentTokens.Clone(),
        First = moments ? Copy(_adam.First) : null,
        Second = moments ? Copy(_adam.Second) : null,
        AdamSteps = moments ? _adam.Steps : 0,
    };

    public void Restore(SaeSnapshot snapshot)
    {
        RequireShape(snapshot.Weights);
        RequireShape(snapshot.First ?? snapshot.Weights);
        RequireShape(snapshot.Second ?? snapshot.Weights);
        if (snapshot.SilentTokens.Length != _silentTokens.Length)
        {
            throw new ArgumentException("the snapshot is of an SAE of another shape", nameof(snapshot));
        }

        Put(snapshot.Weights, _weights.Encoder, _weights.EncoderBias, _weights.Decoder, _weights.DecoderBias, _weights.LogThreshold);
        _weights.FollowLogThreshold();
        _half?.FollowAll();
        snapshot.SilentTokens.CopyTo(_silentTokens, 0);
        if (snapshot.First is not null && snapshot.Second is not null)
        {
            Put(snapshot.First, _adam.First);
            Put(snapshot.Second, _adam.Second);
            _adam.Steps = snapshot.AdamSteps;
        }
    }

    public void Dispose()
    {
        foreach (var encoder in _encoders)
        {
            encoder.Dispose();
        }

        _half?.Dispose();
        _frozen?.Dispose();
        _auxiliary?.Dispose();
        _backward?.Dispose();
        _batch?.Dispose();
        _adam.Dispose();
        _gradients.Dispose();
        _biasSums.Dispose();
        _windows.Dispose();
        _mean.Dispose();
        _weights.Dispose();
        if (_ownsWorkers)
        {
            _workers.Dispose();
        }
    }

    // TopK's bounds take two passes over all latents: in narrow rows they cost more than half a product saves (d 128: 0.88 of the speed; d 512: 1.2).
    private static bool Worthwhile(SaeOptions options, int dimension)
        => options.Architecture != SaeArchitecture.TopK || dimension >= NarrowestForTopK;

    // BatchTopK looks at candidates beyond its k, JumpReLU keeps what is near a threshold too.
    private int Room() => (int)Math.Min(_weights.Features, (_options.Architecture == SaeArchitecture.TopK ? 1L : 4L) * _options.K);

    private void StepJob()
    {
        Gradients(_jobRows, _jobPlan, out var norm);
        var loss = _forward!.FullLoss / ((double)_jobRows * _weights.Dimension);
        var taken = double.IsFinite(norm) && double.IsFinite(loss);
        if (taken)
        {
            var length = Math.Sqrt(norm);
            _adam.Step(_backward!.HasGradient, _backward.Pieces, _jobPlan.LearningRate, length > _jobPlan.MaximumNorm ? _jobPlan.MaximumNorm / length : 1);
        }

        var dead = 0;
        for (var f = 0; f < _silentTokens.Length; f++)
        {
            if (taken)
            {
                _silentTokens[f] = _backward!.Fired[f] ? 0 : _silentTokens[f] + _jobRows;
            }

            dead += _silentTokens[f] > _jobPlan.DeadAfter ? 1 : 0;
        }

        _jobResult = new SaeStepResult(taken, loss, Math.Sqrt(norm), _forward.SmallestKept, dead);
    }

    private void Gradients(int rows, in SaeStepPlan plan, out double squaredNorm)
    {
        if (_options.Architecture == SaeArchitecture.JumpReLU)
        {
            for (var f = 0; f < _windows.Stride; f++)
            {
                _windows.First[f] = _weights.Threshold.First[f] - ((float)_options.Bandwidth / 2);
            }
        }

        _auxiliary?.Begin(_silentTokens, plan.DeadAfter);
        _forward!.Run(rows, _scale);
        squaredNorm = _backward!.Run(rows, _forward.FullLoss, plan.SparsityWeight);
    }

    private void RequireShape(float[][] values)
    {
        var (f, d) = (_weights.Features, _weights.Dimension);
        int[] lengths = [f * d, f, f * d, d, _options.Architecture == SaeArchitecture.JumpReLU ? f : 0];
        if (!values.Select(part => part.Length).SequenceEqual(lengths))
        {
            throw new ArgumentException("the snapshot is of an SAE of another shape", nameof(values));
        }
    }

    private ReadOnlySpan<float> Values(Tensor x)
    {
        if (x.dim() != 2 || x.size(1) != _weights.Dimension || x.dtype != ScalarType.Float32 || x.device_type != DeviceType.CPU || !x.is_contiguous())
        {
            throw new ArgumentException($"activations must be a contiguous float32 CPU tensor of shape [n, {_weights.Dimension}]", nameof(x));
        }

        return MemoryMarshal.Cast<byte, float>(x.bytes);
    }

    private float[][] Copy(LatentMatrices of) => Copy(of.Encoder, of.EncoderBias, of.Decoder, of.DecoderBias, of.LogThreshold);

    private static void Put(float[][] values, LatentMatrices into) => Put(values, into.Encoder, into.EncoderBias, into.Decoder, into.DecoderBias, into.LogThreshold);

    private float[][] Copy(PaddedMatrix encoder, PaddedMatrix encoderBias, PaddedMatrix decoder, PaddedMatrix decoderBias, PaddedMatrix logThreshold) =>
    [
        encoder.ToArray()[..(_weights.Features * _weights.Dimension)],
        encoderBias.ToArray(),
        decoder.ToArray(),
        decoderBias.ToArray(),
        _options.Architecture == SaeArchitecture.JumpReLU ? logThreshold.ToArray() : [],
    ];

    private static void Put(
        float[][] values, PaddedMatrix encoder, PaddedMatrix encoderBias, PaddedMatrix decoder, PaddedMatrix decoderBias, PaddedMatrix logThreshold)
    {
        foreach (var (from, into) in values.Zip(new[] { encoder, encoderBias, decoder, decoderBias, logThreshold }))
        {
            for (var r = 0; r * into.Columns < from.Length; r++)
            {
                from.AsSpan(r * into.Columns, into.Columns).CopyTo(into.Values(r));
            }
        }
    }
}
