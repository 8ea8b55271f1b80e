using System.Diagnostics;
using System.Runtime.InteropServices;
using Emergence.Stages.Firing;
using Emergence.Stages.Sae.Cores;
using Emergence.Stages.Sae.Cores.Cpu;
using Emergence.Stages.Sae.Cores.Tensors;
using Emergence.Stages.Sae.Kernels;
using Emergence.Stages.Sae.Training;
using Emergence.Stages.Workers;
using TorchSharp;
using static TorchSharp.torch;

namespace Emergence.Stages.Sae;

/// <summary>
/// The SAE of one layer, trained online checkpoint after checkpoint: <see cref="BeginCheckpoint"/>, <see cref="Step(Tensor)"/> for each
/// batch of activations, <see cref="EndTraining"/>, then <see cref="Encode(Tensor, TokenFirings, ReconstructionSums)"/> the probe set.
/// How the tokens are cut into batches does not change the result. Not safe for concurrent calls.
/// </summary>
/// <remarks>
/// Everything is in <i>standardised units</i> inside: x̃ = s·(x − μ). Reported activations are in raw units (divided by s), those of the
/// exported SAE. This class decides what happens when; an <see cref="ISaeCore"/> computes it, on the CPU or on a CUDA device.
/// </remarks>
public sealed partial class SaeTrainer : IDisposable
{
    private const int StagedRows = 1024;

    private readonly ISaeCore _core;
    private readonly InputStatistics _statistics;
    private readonly Stopwatch _stepClock = new();
    private LearningRateSchedule _schedule;
    private Tensor? _staged;
    private Tensor? _held;
    private int _heldWanted;
    private int _heldRows;
    private Tensor? _replay;
    private int _replayWanted;
    private int _replayRows;
    private int _batch;
    private int _filled;
    private int _deadCount;
    private bool _training;
    private bool _disposed;
    private bool _calibrated;
    private double _coldPeak;
    private float _threshold;
    private TrainingProgress _progress = new(0);

    /// <summary>Makes an SAE with its initial weights that computes on threads of its own.</summary>
    /// <param name="options">Shape and training.</param>
    /// <param name="dimension">d of the layer's activations.</param>
    /// <param name="workers">Number of threads; at least 1. Default 1.</param>
    /// <exception cref="ArgumentException">The options are faulty; the message lists every fault.</exception>
    public SaeTrainer(SaeOptions options, int dimension, int workers = 1)
        : this(Checked(options, dimension), dimension, () => new CpuSaeCore(options, dimension, new WorkerCrew(workers), ownsWorkers: true))
    {
    }

    /// <summary>Makes an SAE with its initial weights that computes on the CPU with threads it shares with others.</summary>
    /// <param name="options">Shape and training.</param>
    /// <param name="dimension">d of the layer's activations.</param>
    /// <param name="workers">Outlives the trainer.</param>
    /// <exception cref="ArgumentException">The options are faulty; the message lists every fault.</exception>
    public SaeTrainer(SaeOptions options, int dimension, WorkerCrew workers)
        : this(Checked(options, dimension), dimension, () => new CpuSaeCore(options, dimension, workers))
    {
    }

    /// <summary>Makes an SAE with its initial weights that computes by tensor operations on a device, such as a GPU.</summary>
    /// <param name="options">Shape and training.</param>
    /// <param name="dimension">d of the layer's activations.</param>
    /// <param name="device">Where activations will lie.</param>
    /// <exception cref="ArgumentException">The options are faulty; the message lists every fault.</exception>
    public SaeTrainer(SaeOptions options, int dimension, Device device)
        : this(Checked(options, dimension), dimension, () => new TensorSaeCore(options, dimension, device))
    {
    }

    private SaeTrainer(SaeOptions options, int dimension, Func<ISaeCore> core)
    {
        Options = options;
        Dimension = dimension;
        Features = options.FeaturesFor(dimension);
        _core = core();
        _statistics = new InputStatistics(dimension);
        _core.Initialise(options.Seed);
    }

    /// <summary>Shape and training.</summary>
    public SaeOptions Options { get; }

    /// <summary>d.</summary>
    public int Dimension { get; }

    /// <summary>F.</summary>
    public int Features { get; }

    /// <summary>Checkpoints trained to the end.</summary>
    public int Checkpoints { get; private set; }

    /// <summary>
    /// Activation, in raw units, above which a latent fires at inference (BatchTopK); 0 for TopK.
    /// </summary>
    public float Threshold => _threshold / _statistics.Scale;

    /// <summary>Tokens without a firing after which a latent counts as dead; 0 before the first checkpoint.</summary>
    public long DeadAfterTokens { get; private set; }

    internal ISaeCore Core => _core;

    internal InputStatistics Statistics => _statistics;

    /// <summary>Starts a checkpoint: cold the first time, from the weights before it afterwards, with fresh Adam moments.</summary>
    /// <param name="tokenBudget">Tokens the checkpoint will bring; the learning-rate schedule follows from it. At least 1.</param>
    /// <exception cref="InvalidOperationException">The checkpoint before it was not ended.</exception>
    public void BeginCheckpoint(long tokenBudget)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tokenBudget, 1);
        if (_training)
        {
            throw new InvalidOperationException("the checkpoint before this one is still in training: call EndTraining first");
        }

        _batch = (int)Math.Min(tokenBudget, Options.BatchTokens ?? LearningRateRule.BatchTokens(tokenBudget));
        // Earlier tokens come again when all have come: the schedule must know.
        _replayWanted = Checkpoints == 0 || Options.WarmPasses == 1 ? 0 : (int)Math.Min(tokenBudget, SaeDefaults.MostReplayedValues / Dimension);
        var steps = (tokenBudget + ((Options.WarmPasses - 1L) * _replayWanted) + _batch - 1) / _batch;
        _stepClock.Reset();
        if (Checkpoints == 0)
        {
            _schedule = LearningRateSchedule.Cold(Options, Dimension, steps);
            _coldPeak = _schedule.Peak;
            DeadAfterTokens = Options.DeadAfterTokens ?? SaeDefaults.DeadAfter(Features, Options.K, _batch);
        }
        else
        {
            _schedule = LearningRateSchedule.Warm(Options, _coldPeak, steps);
        }

        _core.Begin(_batch);
        // A tensor's memory is seen through spans of up to 2 GiB.
        _heldWanted = (int)Math.Clamp(tokenBudget / 4, 2, Math.Min(Options.StatisticsTokens, Math.Max(2, (1 << 28) / Dimension)));
        _progress = new TrainingProgress(steps);
        (_heldRows, _replayRows, _filled, _training, _calibrated) = (0, 0, 0, true, false);
    }

    /// <summary>Trains on a batch of activations. A batch with a non-finite activation is refused whole and counted.</summary>
    /// <param name="x"><c>[n, d]</c> float32, contiguous, on the CPU or on the device the trainer computes on; any n.</param>
    /// <returns>Whether the batch was taken.</returns>
    public bool Step(Tensor x)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        RequireTraining();
        var rows = Rows(x);
        if (x.device_type != _core.Device.type)
        {
            using var moved = x.to(_core.Device);
            return Step(moved);
        }

        var at = _core.FirstNonFinite(x);
        if (at >= 0)
        {
            using var flat = x.reshape(-1);
            using var value = flat[at];
            _progress.Refuse(rows, (int)(at / Dimension), (int)(at % Dimension), value.cpu().item<float>());
            return false;
        }

        Take(x, rows);
        return true;
    }

    /// <inheritdoc cref="Step(Tensor)"/>
    /// <param name="x">n·d values, row-major, in this process's memory.</param>
    public bool Step(ReadOnlySpan<float> x)
    {
        RequireTraining();
        var rows = Rows(x);
        if (FiniteCheck.FirstNonFinite(x) is var at and >= 0)
        {
            _progress.Refuse(rows, at / Dimension, at % Dimension, x[at]);
            return false;
        }

        for (var done = 0; done < rows; done += StagedRows)
        {
            var n = Math.Min(StagedRows, rows - done);
            Take(Stage(x.Slice(done * Dimension, n * Dimension)), n);
        }

        return true;
    }

    /// <summary>Makes a later checkpoint's other passes, trains on what is left of the last batch and freezes the SAE.</summary>
    /// <returns>What happened in this checkpoint's training.</returns>
    /// <exception cref="InvalidOperationException">No checkpoint is in training, or the first one had no usable token.</exception>
    public TrainingSummary EndTraining()
    {
        RequireTraining();
        if (!_calibrated && _heldRows > 0)
        {
            Calibrate();
        }

        for (var pass = 1; pass < Options.WarmPasses && _replayRows > 0; pass++)
        {
            Feed(_replay!, 0, _replayRows);
        }

        if (_filled > 0)
        {
            Train();
        }

        _training = false;
        if (Checkpoints == 0 && _progress.Steps == 0)
        {
            throw new InvalidOperationException("the first checkpoint had no usable token to train on");
        }

        Checkpoints++;
        return Summary;
    }

    /// <summary>What happened in the checkpoint in training, or in the latest one. Allocates; ask at a human pace.</summary>
    public TrainingSummary Summary => _progress.ToSummary(_deadCount);

    /// <summary>Seconds spent in optimiser steps since the latest <see cref="BeginCheckpoint"/>.</summary>
    public double StepSeconds => _stepClock.Elapsed.TotalSeconds;

    /// <summary>The same by kernel (<c>product</c>, <c>select</c>, <c>decode</c>, <c>index</c>, <c>gradients</c>, <c>optimiser</c>) on the CPU; empty on other devices.</summary>
    public IReadOnlyDictionary<string, double> KernelSeconds => _core.Seconds;

    /// <summary>Decoder rows, <c>[F·d]</c> row-major, unit norm: the features' directions, the same in raw and standardised units.</summary>
    public float[] DecoderDirections() => _core.Snapshot(moments: false).Weights[2];

    /// <summary>Frees the native memory and ends its own threads.</summary>
    public void Dispose()
    {
        _disposed = true;
        _core.Dispose();
        _held?.Dispose();
        _replay?.Dispose();
        _staged?.Dispose();
    }

    private static SaeOptions Checked(SaeOptions options, int dimension)
    {
        var faults = options.Validate(dimension);
        return faults.Count == 0 ? options : throw new ArgumentException(string.Join("; ", faults), nameof(options));
    }

    private void RequireTraining()
    {
        if (!_training)
        {
            throw new InvalidOperationException("no checkpoint is in training: call BeginCheckpoint first");
        }
    }

    private int Rows(ReadOnlySpan<float> x)
    {
        if (x.Length % Dimension != 0)
        {
            throw new ArgumentException($"{x.Length} values are not whole activations of dimension {Dimension}", nameof(x));
        }

        return x.Length / Dimension;
    }

    private int Rows(Tensor x)
    {
        if (x.dim() != 2 || x.size(1) != Dimension || x.dtype != ScalarType.Float32 || !x.is_contiguous() || (x.device_type != DeviceType.CPU && x.device_type != _core.Device.type))
        {
            throw new ArgumentException($"activations must be a contiguous float32 tensor of shape [n, {Dimension}] on the CPU or on {_core.Device.type}", nameof(x));
        }

        return checked((int)x.size(0));
    }

    // Values that are no tensor yet go through a small one.
    private Tensor Stage(ReadOnlySpan<float> x)
    {
        if (_staged is null)
        {
            using var scope = NewDisposeScope();
            _staged = zeros(StagedRows, Dimension).DetachFromDisposeScope();
        }

        x.CopyTo(MemoryMarshal.Cast<byte, float>(_staged.bytes));
        return _staged;
    }

    private void Take(Tensor x, int rows)
    {
        _replayRows = Keep(ref _replay, x, _replayRows, Math.Min(rows, _replayWanted - _replayRows), _replayWanted);
        var taken = 0;
        if (!_calibrated)
        {
            taken = Math.Min(rows, _heldWanted - _heldRows);
            _heldRows = Keep(ref _held, x, _heldRows, taken, _heldWanted);
            if (_heldRows < _heldWanted)
            {
                return;
            }

            Calibrate();
        }

        Feed(x, taken, rows);
    }

    // Copies the first rows of x behind those that are kept already; returns how many are.
    private int Keep(ref Tensor? into, Tensor x, int kept, int rows, int capacity)
    {
        if (rows <= 0)
        {
            return kept;
        }

        using var scope = NewDisposeScope();
        if (into is null || into.size(0) < capacity)
        {
            into?.Dispose();
            into = zeros(capacity, Dimension, device: _core.Device).DetachFromDisposeScope();
        }

        into.narrow(0, kept, rows).copy_(x.narrow(0, 0, rows));
        return kept + rows;
    }

    // Mean and scale from the tokens held back, which are then trained on like all others.
    private void Calibrate()
    {
        if (Options.StandardiseInput)
        {
            using var scope = NewDisposeScope();
            _statistics.Estimate(MemoryMarshal.Cast<byte, float>(_held!.cpu().bytes), _heldRows);
        }
        else
        {
            _statistics.SetIdentity();
        }

        _core.SetStatistics(_statistics.Mean, _statistics.Scale);
        _calibrated = true;
        Feed(_held!, 0, _heldRows);
    }

    private void Feed(Tensor x, int from, int to)
    {
        while (from < to)
        {
            var rows = Math.Min(to - from, _batch - _filled);
            _core.Load(x, from, _filled, rows);
            from += rows;
            _filled += rows;
            if (_filled == _batch)
            {
                Train();
            }
        }
    }

    private void Train()
    {
        _stepClock.Start();
        var rows = _filled;
        _filled = 0;
        if (Options.Architecture == SaeArchitecture.JumpReLU && Checkpoints == 0 && _progress.Steps == 0)
        {
            _core.CalibrateThresholds(rows);
        }

        var step = _core.Step(rows, new SaeStepPlan(_schedule.At(_progress.Steps), SaeDefaults.GradientNorm, DeadAfterTokens, Options.SparsityWeight));
        _deadCount = step.DeadLatents;
        if (step.Taken)
        {
            FollowThreshold(rows, step.SmallestKept);
            _progress.Took(rows, step.Loss);
        }
        else
        {
            _progress.Skip();
        }

        _stepClock.Stop();
    }

    // The moving average looks back over a tenth of the checkpoint's steps: weights move on, and short budgets must not average over their start.
    private void FollowThreshold(int rows, float kept)
    {
        var first = Checkpoints == 0 && _progress.Steps == 0;
        if (Options.Architecture is not (SaeArchitecture.BatchTopK or SaeArchitecture.Matryoshka) || (2 * rows < _batch && !first))
        {
            return;
        }

        var horizon = Math.Max(1, SaeDefaults.ThresholdHorizonShare * _schedule.Steps);
        var decay = Math.Min(SaeDefaults.ThresholdDecay, 1 - (1 / horizon));
        _threshold = first ? kept : (float)((decay * _threshold) + ((1 - decay) * kept));
    }
}
