using Emergence.Stages.Sae;
using Emergence.Stages.Sae.Cores;
using static TorchSharp.torch;

namespace Emergence.Stages.Tests.Sae.Cores;

/// <summary>A core with weights away from their initial symmetry, clocks, statistics and activations, all from the case.</summary>
internal sealed class CoreSetup : IDisposable
{
    public const long DeadAfter = 500;

    private readonly Random _random = new(7);
    private readonly float[] _mean;
    private readonly float _scale;

    public CoreSetup(string core, CoreCase @case, SaeOptions? options = null)
    {
        Case = @case;
        Options = options ?? @case.Options;
        var (d, features) = (@case.Dimension, @case.Features);
        Core = CoreUnderTest.Make(core, Options, d);
        Core.Initialise(Options.Seed);
        var decoder = Numbers(features * d);
        for (var f = 0; f < features && !@case.Ties; f++)
        {
            var row = decoder.AsSpan(f * d, d);
            var norm = MathF.Sqrt(row.ToArray().Sum(v => v * v));
            foreach (ref var value in row)
            {
                value /= norm;
            }
        }

        var noise = Numbers(features * d);
        var encoder = @case.Ties ? noise : decoder.Zip(noise, (w, v) => w + (0.1f * v)).ToArray();
        var thresholds = Numbers(features).Select(v => (float)(@case.LogThreshold + (0.3 * v))).ToArray();
        var bias = @case.Ties ? 1 : 0.1f;
        Start = new SaeSnapshot
        {
            Weights =
            [
                encoder, Numbers(features).Select(v => bias * v).ToArray(), decoder, Numbers(d).Select(v => bias * v).ToArray(),
                Options.Architecture == SaeArchitecture.JumpReLU ? thresholds : [],
            ],
            // Exactly DeadAfter is not dead yet.
            SilentTokens = Enumerable.Range(0, features)
                .Select(f => @case.Dead > 0 && f % @case.Dead == 0 ? DeadAfter + 1 + f : f % 3 == 0 ? DeadAfter : f).ToArray(),
        };
        _mean = @case.Ties ? new float[d] : Numbers(d);
        _scale = @case.Ties ? 1 : 1.25f;
        Core.SetStatistics(_mean, _scale);
        Core.Begin(@case.Rows);
        Core.Restore(Start);
        Raw = Numbers(@case.Rows * d);
        // A token at the mean: an activation without direction.
        if (@case.Rows > 4)
        {
            _mean.CopyTo(Raw, 2 * d);
        }

        Load();
    }

    public ISaeCore Core { get; }

    public CoreCase Case { get; }

    public SaeOptions Options { get; }

    /// <summary>What the core was given.</summary>
    public SaeSnapshot Start { get; }

    /// <summary>Raw activations of the batch, <c>[n, d]</c>.</summary>
    public float[] Raw { get; private set; }

    public SaeStepPlan Plan { get; init; } = new(0.01, 1e9, DeadAfter, 0.4);

    /// <summary>x̃ of the batch.</summary>
    public double[] Standardised => Raw.Select((v, i) => _scale * ((double)v - _mean[i % Case.Dimension])).ToArray();

    public bool[] Dead => Start.SilentTokens.Select(silent => silent > DeadAfter).ToArray();

    /// <summary>Puts the activations into the core's batch, in two pieces.</summary>
    public void Load()
    {
        using var scope = NewDisposeScope();
        var x = tensor(Raw).reshape(Case.Rows, Case.Dimension);
        var some = Case.Rows / 3;
        Core.Load(x, some, some, Case.Rows - some);
        Core.Load(x, 0, 0, some);
    }

    /// <summary>The same with new activations.</summary>
    public void LoadNext()
    {
        Raw = Numbers(Raw.Length);
        Load();
    }

    /// <summary>The core's gradients in double precision, one array for each part of the weights.</summary>
    public double[][] Gradients()
        => ((IGradientProbe)Core).Gradients(Case.Rows, Plan).Weights.Select(part => part.Select(v => (double)v).ToArray()).ToArray();

    /// <summary>The formulas, for weights such as a snapshot's.</summary>
    public NaiveSae Naive(float[][] weights)
        => new(Options, Case.Dimension, weights.Select(part => part.Select(v => (double)v).ToArray()).ToArray());

    public void Dispose() => Core.Dispose();

    private float[] Numbers(int count)
    {
        var numbers = new float[count];
        foreach (ref var value in numbers.AsSpan())
        {
            value = Case.Ties
                ? 0.5f * _random.Next(-2, 3)
                : (float)(Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble()));
        }

        return numbers;
    }
}
