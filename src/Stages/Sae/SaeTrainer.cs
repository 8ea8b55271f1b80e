using System.Runtime.InteropServices;
using Emergence.Stages.Firing;
using Emergence.Stages.Sae.Kernels;
using Emergence.Stages.Sae.Training;
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
/// exported SAE. libtorch computes the encoder product with its own threads (<c>torch.set_num_threads</c>); every other kernel uses the
/// workers given here. Results do not depend on the number of workers.
/// </remarks>
public sealed unsafe partial class SaeTrainer : IDisposable
{
    private readonly KernelThreads _threads;
    private readonly SaeWeights _weights;
    private readonly InputStatistics _statistics;
    private readonly PaddedMatrix _mean;
    private readonly long[] _silentTokens;
    private readonly bool[] _dead;
    private AdamOptimiser? _optimiser;
    private TrainingPass? _pass;
    private LearningRateSchedule _schedule;
    private float[] _held = [];
    private int _heldWanted;
    private int _heldRows;
    private int _batch;
    private int _filled;
    private int _deadCount;
    private bool _training;
    private bool _calibrated;
    private double _coldPeak;
    private float _threshold;
    private TrainingProgress _progress = new(0);

    /// <summary>Makes an SAE with its initial weights.</summary>
    /// <param name="options">Shape and training.</param>
    /// <param name="dimension">d of the layer's activations.</param>
    /// <param name="workers">Threads of the C# kernels, the caller included; at least 1. Default 1.</param>
    /// <exception cref="ArgumentException">The options are faulty; the message lists every fault.</exception>
    public SaeTrainer(SaeOptions options, int dimension, int workers = 1)
    {
        var faults = options.Validate(dimension);
        if (faults.Count > 0)
        {
            throw new ArgumentException(string.Join("; ", faults), nameof(options));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        Options = options;
        Dimension = dimension;
        Features = options.FeaturesFor(dimension);
        _threads = new KernelThreads(workers);
        _weights = new SaeWeights(Features, dimension);
        _statistics = new InputStatistics(dimension);
        _mean = new PaddedMatrix(1, dimension);
        _silentTokens = new long[Features];
        _dead = new bool[Features];
        _weights.Initialise(options.Seed);
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

    internal SaeWeights Weights => _weights;

    internal InputStatistics Statistics => _statistics;

    /// <summary>Starts a checkpoint: cold the first time, from the weights before it afterwards, with fresh Adam moments.</summary>
    /// <param name="tokenBudget">Tokens the checkpoint will train on; the learning-rate schedule follows from it. At least 1.</param>
    /// <exception cref="InvalidOperationException">The checkpoint before it was not ended.</exception>
    public void BeginCheckpoint(long tokenBudget)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tokenBudget, 1);
        if (_training)
        {
            throw new InvalidOperationException("the checkpoint before this one is still in training: call EndTraining first");
        }

        _batch = (int)Math.Min(tokenBudget, Options.BatchTokens ?? LearningRateRule.BatchTokens(tokenBudget));
        var steps = (tokenBudget + _batch - 1) / _batch;
        if (Checkpoints == 0)
        {
            _schedule = LearningRateSchedule.Cold(Options, Dimension, steps);
            _coldPeak = _schedule.Peak;
            DeadAfterTokens = Math.Max(1, (long)(Options.DeadAfterShare * tokenBudget));
        }
        else
        {
            _schedule = LearningRateSchedule.Warm(Options, _coldPeak, steps);
        }

        _optimiser ??= new AdamOptimiser(_weights, Options.NormaliseDecoder, _threads);
        _optimiser.Reset();
        if (_pass is null || _pass.Input.Rows < _batch)
        {
            _pass?.Dispose();
            _pass = new TrainingPass(_weights, Options, _batch, _threads);
        }

        _heldWanted = (int)Math.Clamp(tokenBudget / 4, 2, Options.StatisticsTokens);
        if (_held.Length < _heldWanted * Dimension)
        {
            _held = new float[checked(_heldWanted * Dimension)];
        }

        _progress = new TrainingProgress(steps);
        (_heldRows, _filled, _training, _calibrated) = (0, 0, true, false);
    }

    /// <summary>Trains on a batch of activations. A batch with a non-finite activation is refused whole and counted.</summary>
    /// <param name="x"><c>[n, d]</c> float32, CPU, contiguous; any n.</param>
    /// <returns>Whether the batch was taken.</returns>
    public bool Step(Tensor x) => Step(Values(x));

    /// <inheritdoc cref="Step(Tensor)"/>
    /// <param name="x">n·d values, row-major.</param>
    public bool Step(ReadOnlySpan<float> x)
    {
        if (!_training)
        {
            throw new InvalidOperationException("no checkpoint is in training: call BeginCheckpoint first");
        }

        var rows = Rows(x);
        if (FiniteCheck.FirstNonFinite(x) is var at and >= 0)
        {
            _progress.Refuse(rows, at / Dimension, at % Dimension, x[at]);
            return false;
        }

        var taken = 0;
        if (!_calibrated)
        {
            taken = Math.Min(rows, _heldWanted - _heldRows);
            x[..(taken * Dimension)].CopyTo(_held.AsSpan(_heldRows * Dimension));
            _heldRows += taken;
            if (_heldRows < _heldWanted)
            {
                return true;
            }

            Calibrate();
        }

        Feed(x[(taken * Dimension)..]);
        return true;
    }

    /// <summary>Trains on what is left of the last batch and freezes the SAE.</summary>
    /// <returns>What happened in this checkpoint's training.</returns>
    /// <exception cref="InvalidOperationException">No checkpoint is in training, or the first one had no usable token.</exception>
    public TrainingSummary EndTraining()
    {
        if (!_training)
        {
            throw new InvalidOperationException("no checkpoint is in training: call BeginCheckpoint first");
        }

        if (!_calibrated && _heldRows > 0)
        {
            Calibrate();
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

    /// <summary>Decoder rows, <c>[F·d]</c> row-major, unit norm: the features' directions, the same in raw and standardised units.</summary>
    public float[] DecoderDirections() => _weights.Decoder.ToArray();

    /// <summary>Frees the native memory and ends the workers.</summary>
    public void Dispose()
    {
        _pass?.Dispose();
        _optimiser?.Dispose();
        _weights.Dispose();
        _mean.Dispose();
        _encoder?.Dispose();
        _threads.Dispose();
    }

    private int Rows(ReadOnlySpan<float> x)
    {
        if (x.Length % Dimension != 0)
        {
            throw new ArgumentException($"{x.Length} values are not whole activations of dimension {Dimension}", nameof(x));
        }

        return x.Length / Dimension;
    }

    private ReadOnlySpan<float> Values(Tensor x)
    {
        if (x.dim() != 2 || x.size(1) != Dimension || x.dtype != ScalarType.Float32 || x.device_type != DeviceType.CPU || !x.is_contiguous())
        {
            throw new ArgumentException($"activations must be a contiguous float32 CPU tensor of shape [n, {Dimension}]", nameof(x));
        }

        return MemoryMarshal.Cast<byte, float>(x.bytes);
    }

    // Mean and scale from the tokens held back, which are then trained on like all others.
    private void Calibrate()
    {
        if (Options.StandardiseInput)
        {
            _statistics.Estimate(_held, _heldRows);
        }
        else
        {
            _statistics.SetIdentity();
        }

        _statistics.Mean.CopyTo(_mean.Values(0));
        _calibrated = true;
        Feed(_held.AsSpan(0, _heldRows * Dimension));
    }

    private void Feed(ReadOnlySpan<float> x)
    {
        while (x.Length > 0)
        {
            var rows = Math.Min(x.Length / Dimension, _batch - _filled);
            Standardise(x, _pass!.Input, _filled, rows);
            x = x[(rows * Dimension)..];
            _filled += rows;
            if (_filled == _batch)
            {
                Train();
            }
        }
    }

    // xc = s·(x − μ) − b_dec. b_dec changes only between batches, so a batch that is filled bit by bit is consistent.
    private void Standardise(ReadOnlySpan<float> x, PaddedMatrix into, int first, int rows)
    {
        for (var r = 0; r < rows; r++)
        {
            x.Slice(r * Dimension, Dimension).CopyTo(into.Values(first + r));
            RowMath.Standardise(into.Row(first + r), _mean.First, _statistics.Scale, _weights.DecoderBias.First, into.Stride);
        }
    }

    private void Train()
    {
        var rows = _filled;
        _filled = 0;
        var loss = _pass!.Run(rows, _dead, _deadCount);
        if (!double.IsFinite(_pass.Gradients.SquaredNorm) || !double.IsFinite(loss))
        {
            _progress.Skip();
            return;
        }

        _optimiser!.Step(_pass.Gradients, _schedule.At(_progress.Steps), SaeDefaults.GradientNorm);
        FollowThreshold(rows);
        FollowDead(rows);
        _progress.Took(rows, loss);
    }

    // The moving average looks back over a tenth of the checkpoint's steps: weights move on, and short budgets must not average over their start.
    private void FollowThreshold(int rows)
    {
        if (_pass!.SmallestKept is not { } kept || 2 * rows < _batch)
        {
            return;
        }

        var horizon = Math.Max(1, SaeDefaults.ThresholdHorizonShare * _schedule.Steps);
        var decay = Math.Min(SaeDefaults.ThresholdDecay, 1 - (1 / horizon));
        _threshold = Checkpoints == 0 && _progress.Steps == 0 ? kept : (float)((decay * _threshold) + ((1 - decay) * kept));
    }

    // A latent that fired starts its clock anew; the others' run on by the batch's tokens.
    private void FollowDead(int rows)
    {
        var codes = _pass!.Codes;
        for (var f = 0; f < Features; f++)
        {
            _silentTokens[f] += rows;
        }

        for (var r = 0; r < rows; r++)
        {
            foreach (var latent in codes.LatentsOf(r))
            {
                _silentTokens[latent] = 0;
            }
        }

        CountDead();
    }

    private void CountDead()
    {
        _deadCount = 0;
        for (var f = 0; f < Features; f++)
        {
            _dead[f] = _silentTokens[f] > DeadAfterTokens;
            _deadCount += _dead[f] ? 1 : 0;
        }
    }
}
