using Emergence.Stages.Firing;
using Emergence.Stages.Sae.Training;
using static TorchSharp.torch;

namespace Emergence.Stages.Sae.Cores.Tensors;

/// <summary>
/// The SAE as tensor operations, for a GPU. Everything stays there: a step sends four numbers back, in one copy. Temporary tensors die
/// with the step; the memory of a batch is made in <see cref="Begin"/>.
/// </summary>
internal sealed class TensorSaeCore : ISaeCore, IGradientProbe
{
    private readonly SaeOptions _options;
    private readonly int _dimension;
    private readonly int _features;
    private readonly int[] _ends;
    private readonly bool _thresholds;
    private readonly ParameterSet _weights;
    private readonly ParameterSet _gradients;
    private readonly TensorClocks _clocks;
    private readonly TensorPass _pass;
    private readonly TensorEncoder _encoder;
    private readonly Tensor _mean;
    private TensorAdam? _adam;
    private TensorScratch? _scratch;
    private float _scale = 1;

    /// <summary>All weights zero: call <see cref="Initialise"/> or <see cref="Restore"/>.</summary>
    /// <param name="options">Shape and training; valid.</param>
    /// <param name="dimension">d.</param>
    /// <param name="device">Where everything lies.</param>
    public TensorSaeCore(SaeOptions options, int dimension, Device device)
    {
        _options = options;
        _dimension = dimension;
        _features = options.FeaturesFor(dimension);
        _ends = options.PrefixEnds(dimension);
        _thresholds = options.Architecture == SaeArchitecture.JumpReLU;
        Device = device;
        _weights = new ParameterSet(_features, dimension, _thresholds, device);
        _gradients = new ParameterSet(_features, dimension, _thresholds, device);
        _clocks = new TensorClocks(_features, device);
        _pass = new TensorPass(options, _ends, _weights, _gradients);
        _encoder = new TensorEncoder(options, _weights);
        using var scope = NewDisposeScope();
        _mean = zeros(dimension, device: device).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public Device Device { get; }

    /// <summary>Nothing: operations of a GPU run on while the program asks for the next.</summary>
    public IReadOnlyDictionary<string, double> Seconds { get; } = new Dictionary<string, double>();

    /// <summary>
    /// Whether decoding and gradients use bfloat16 products. Default false; for GPUs with tensor cores. Weights, moments and the encoder
    /// product stay in float32 (<c>torch.backends.cuda.matmul.allow_tf32</c> makes that one faster).
    /// </summary>
    public bool BFloat16Products
    {
        get => _pass.BFloat16;
        set => _pass.BFloat16 = value;
    }

    /// <inheritdoc/>
    public void Initialise(ulong seed)
    {
        // Made by the CPU's code, so that a seed means the same weights on every device.
        using var made = new SaeWeights(_features, _dimension);
        made.Initialise(seed);
        var rows = made.Decoder.ToArray();
        _weights.CopyFrom([rows, new float[_features], rows, new float[_dimension], new float[_thresholds ? _features : 0]]);
        _clocks.Clear();
    }

    /// <inheritdoc/>
    public void Begin(int rows)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        if (_scratch is null || _scratch.Rows < rows)
        {
            _scratch?.Dispose();
            _scratch = new TensorScratch(rows, _features, _dimension, _ends.Length, Device);
        }

        Adam.Reset();
    }

    /// <inheritdoc/>
    public void SetStatistics(ReadOnlySpan<float> mean, float scale)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(mean.Length, _dimension);
        using var scope = NewDisposeScope();
        _mean.copy_(tensor(mean.ToArray()));
        _scale = scale;
    }

    /// <inheritdoc/>
    public long FirstNonFinite(Tensor x)
    {
        using var scope = NewDisposeScope();
        var finite = x.detach().isfinite();
        return finite.all().item<bool>() ? -1 : finite.logical_not().reshape(-1).nonzero().amin().item<long>();
    }

    /// <inheritdoc/>
    public void Load(Tensor x, int from, int at, int rows)
    {
        CheckActivations(x);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(at + rows, Scratch.Rows);
        using var scope = NewDisposeScope();
        Scratch.Batch.narrow(0, at, rows).copy_(x.detach().narrow(0, from, rows)).sub_(_mean).mul_(_scale);
    }

    /// <inheritdoc/>
    public void CalibrateThresholds(int rows)
    {
        if (!_thresholds)
        {
            return;
        }

        using var scope = NewDisposeScope();
        _pass.Encode(Scratch, rows);
        var positive = Scratch.Activations.narrow(0, 0, rows).relu_().view(1, -1);
        var (_, least) = TensorSelection.Keep(positive, checked(rows * _options.K), positive);
        var bound = least.item<float>();
        if (float.IsFinite(bound) && bound > 0)
        {
            _weights.LogThreshold.fill_(MathF.Log(bound));
        }
    }

    /// <inheritdoc/>
    public SaeStepResult Step(int rows, in SaeStepPlan plan)
    {
        using var scope = NewDisposeScope();
        var (loss, norm, smallest, dead) = Backward(rows, plan, _options.NormaliseDecoder);
        if (!double.IsFinite(loss) || !double.IsFinite(norm))
        {
            return new SaeStepResult(false, loss, norm, smallest, _clocks.Dead(plan.DeadAfter));
        }

        Adam.Step(_weights, _gradients, norm > plan.MaximumNorm ? plan.MaximumNorm / norm : 1, plan.LearningRate);
        if (_options.NormaliseDecoder)
        {
            var lengths = linalg.vector_norm(_weights.Decoder, dims: [1], keepdim: true);
            _weights.Decoder.div_(lengths.masked_fill_(lengths.eq(0), 1));
        }

        _clocks.Accept(plan.DeadAfter, dead);
        return new SaeStepResult(true, loss, norm, smallest, dead);
    }

    /// <inheritdoc/>
    public SaeSnapshot Gradients(int rows, in SaeStepPlan plan)
    {
        using var scope = NewDisposeScope();
        Backward(rows, plan, removeParallel: false);
        return new SaeSnapshot { Weights = _gradients.ToArrays(), SilentTokens = _clocks.ToArray() };
    }

    /// <inheritdoc/>
    public void Encode(Tensor x, float threshold, TokenFirings into, ReconstructionSums sums)
    {
        CheckActivations(x);
        using var scope = NewDisposeScope();
        _encoder.Run(x.detach(), _mean, _scale, threshold, into, sums);
    }

    /// <inheritdoc/>
    public SaeSnapshot Snapshot(bool moments) => new()
    {
        Weights = _weights.ToArrays(),
        SilentTokens = _clocks.ToArray(),
        First = moments ? Adam.First.ToArrays() : null,
        Second = moments ? Adam.Second.ToArrays() : null,
        AdamSteps = moments ? Adam.Steps : 0,
    };

    /// <inheritdoc/>
    public void Restore(SaeSnapshot snapshot)
    {
        _weights.CopyFrom(snapshot.Weights);
        _clocks.CopyFrom(snapshot.SilentTokens);
        if (snapshot is { First: { } first, Second: { } second })
        {
            Adam.First.CopyFrom(first);
            Adam.Second.CopyFrom(second);
            Adam.Steps = snapshot.AdamSteps;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _weights.Dispose();
        _gradients.Dispose();
        _clocks.Dispose();
        _mean.Dispose();
        _adam?.Dispose();
        _scratch?.Dispose();
    }

    private TensorAdam Adam => _adam ??= new TensorAdam(_features, _dimension, _thresholds, _options.Beta2, Device);

    private TensorScratch Scratch => _scratch ?? throw new InvalidOperationException("there is no room for a batch: call Begin first");

    // Gradients, the clocks after the step, and the one wait for the device. A second round only where one value stands at a selection's
    // bound many times.
    private (double Loss, double Norm, float SmallestKept, int Dead) Backward(int rows, in SaeStepPlan plan, bool removeParallel)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, Scratch.Rows);
        var deadLatents = _options.AuxCoefficient > 0 ? _clocks.DeadLatents(plan.DeadAfter) : null;
        for (_pass.CountTies = false; ; _pass.CountTies = true)
        {
            var outcome = _pass.Run(Scratch, rows, deadLatents, plan.SparsityWeight);
            if (removeParallel)
            {
                // The rows have norm 1 and keep it: what points along them would only be lost in the normalisation, after disturbing Adam.
                var along = _gradients.Decoder.mul(_weights.Decoder).sum(1L, keepdim: true);
                _gradients.Decoder.addcmul_(_weights.Decoder, along, -1);
            }

            var squares = _gradients.All.square().sum();
            var dead = _clocks.Prepare(rows, outcome.Fired, plan.DeadAfter);
            var told = stack(new[] { outcome.Loss, squares, outcome.SmallestKept, dead, outcome.Unsure }.Select(scalar => scalar.to(ScalarType.Float64)))
                .cpu().data<double>().ToArray();
            if (_pass.CountTies || told[4] == 0)
            {
                return (told[0], Math.Sqrt(told[1]), (float)told[2], (int)told[3]);
            }
        }
    }

    private void CheckActivations(Tensor x)
    {
        if (x.dim() != 2 || x.size(1) != _dimension || !x.is_floating_point())
        {
            throw new ArgumentException($"activations must be a floating-point tensor of shape [n, {_dimension}]", nameof(x));
        }
    }
}
