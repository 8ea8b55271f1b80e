using Emergence.Stages.Firing;
using Emergence.Stages.Sae;
using Emergence.Stages.Workers;
using Emergence.TestKit.Sae;
using static TorchSharp.torch;

namespace Emergence.Stages.Tests.Sae;

public sealed class SaeTrainerTests
{
    private static readonly PlantedDictionary Planted = new(24, 60, 3, seed: 1);

    [Theory]
    [InlineData(SaeArchitecture.TopK)]
    [InlineData(SaeArchitecture.BatchTopK)]
    [InlineData(SaeArchitecture.JumpReLU)]
    [InlineData(SaeArchitecture.Matryoshka)]
    public void Neither_the_cut_of_the_stream_nor_the_workers_change_a_bit(SaeArchitecture architecture)
    {
        var x = Planted.Draw(5000, 2);
        using var whole = Trained(architecture, 1, x, [5000]);
        using var pieces = Trained(architecture, 3, x, [1, 333, 2000, 66, 2600]);
        Assert.Equal(State(whole), State(pieces));
        Assert.Equal(5000, whole.Summary.Tokens);
        Assert.Equal(20, whole.Summary.Steps);
    }

    [Fact]
    public void Another_seed_gives_other_weights()
    {
        using var a = new SaeTrainer(new SaeOptions { Seed = 1 }, 24);
        using var b = new SaeTrainer(new SaeOptions { Seed = 2 }, 24);
        Assert.NotEqual(a.DecoderDirections(), b.DecoderDirections());
    }

    [Fact]
    public void Decoder_rows_keep_unit_norm()
    {
        using var trainer = Trained(SaeArchitecture.BatchTopK, 1, Planted.Draw(5000, 2), [5000]);
        Assert.All(trainer.DecoderDirections().Chunk(24), row => Assert.Equal(1, Math.Sqrt(row.Sum(v => (double)v * v)), 1e-6));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_batch_with_a_non_finite_activation_is_refused_named_and_counted(float broken)
    {
        var x = Planted.Draw(4000, 2);
        var bad = Planted.Draw(100, 3);
        bad[(7 * 24) + 5] = broken;
        using var trainer = new SaeTrainer(Options(SaeArchitecture.BatchTopK), 24);
        using var undisturbed = new SaeTrainer(Options(SaeArchitecture.BatchTopK), 24);
        trainer.BeginCheckpoint(4000);
        undisturbed.BeginCheckpoint(4000);
        Assert.False(trainer.Step(bad));
        Assert.True(trainer.Step(x.AsSpan(0, 2000 * 24)));
        Assert.False(trainer.Step(bad));
        Assert.True(trainer.Step(x.AsSpan(2000 * 24)));
        Assert.True(undisturbed.Step(x));
        var summary = trainer.EndTraining();
        undisturbed.EndTraining();
        Assert.Equal((2L, 200L, 0L), (summary.RefusedBatches, summary.RefusedTokens, summary.SkippedSteps));
        Assert.Contains("token 7, dimension 5", summary.LastRefusal, StringComparison.Ordinal);
        Assert.Equal(State(undisturbed), State(trainer));
    }

    [Fact]
    public void Activations_too_large_to_square_skip_steps_and_leave_the_weights_finite()
    {
        using var trainer = new SaeTrainer(Options(SaeArchitecture.BatchTopK), 24);
        trainer.BeginCheckpoint(6000);
        trainer.Step(Planted.Draw(3000, 2));
        trainer.Step(Planted.Draw(256, 3).Select(v => v * 1e30f).ToArray());
        trainer.Step(Planted.Draw(2744, 4));
        var summary = trainer.EndTraining();
        Assert.InRange(summary.SkippedSteps, 1, 2);
        Assert.True(summary.Steps > 15);
        Assert.All(trainer.DecoderDirections(), v => Assert.True(float.IsFinite(v)));
        Assert.InRange(Measure(trainer, Planted.Draw(2000, 9)).Sums.Fvu, 0, 0.9);
    }

    [Fact]
    public void A_stream_shorter_than_its_budget_still_trains()
    {
        using var trainer = new SaeTrainer(Options(SaeArchitecture.TopK), 24);
        trainer.BeginCheckpoint(100_000);
        trainer.Step(Planted.Draw(50, 2));
        Assert.Equal(50, trainer.EndTraining().Tokens);
        Assert.Equal(1, trainer.Checkpoints);
    }

    [Fact]
    public void One_short_batch_is_enough_for_a_threshold()
    {
        using var trainer = new SaeTrainer(Options(SaeArchitecture.BatchTopK), 24);
        trainer.BeginCheckpoint(100_000);
        trainer.Step(Planted.Draw(50, 2));
        trainer.EndTraining();
        Assert.True(trainer.Threshold > 0);
    }

    [Fact]
    public void Calls_out_of_order_and_wrong_shapes_are_refused()
    {
        using var trainer = new SaeTrainer(Options(SaeArchitecture.TopK), 24);
        var x = Planted.Draw(300, 2);
        Assert.Throws<InvalidOperationException>(() => trainer.Step(x));
        Assert.Throws<InvalidOperationException>(() => trainer.EndTraining());
        Assert.Throws<InvalidOperationException>(() => trainer.Encode(x, new TokenFirings(), new ReconstructionSums(24, trainer.Features)));
        trainer.BeginCheckpoint(300);
        Assert.Throws<InvalidOperationException>(() => trainer.BeginCheckpoint(300));
        Assert.Throws<InvalidOperationException>(() => trainer.SaveState(new MemoryStream()));
        Assert.Throws<ArgumentException>(() => trainer.Step(x.AsSpan(0, 25)));
        using var wrong = zeros(3, 25);
        using var doubles = zeros(3, 24, dtype: ScalarType.Float64);
        using var strided = zeros(24, 3);
        using var turned = strided.t();
        Assert.Throws<ArgumentException>(() => trainer.Step(wrong));
        Assert.Throws<ArgumentException>(() => trainer.Step(doubles));
        Assert.Throws<ArgumentException>(() => trainer.Step(turned));
        Assert.Throws<InvalidOperationException>(() => trainer.EndTraining());
    }

    [Fact]
    public void A_tensor_and_its_values_train_alike()
    {
        var x = Planted.Draw(3000, 2);
        using var spans = Trained(SaeArchitecture.BatchTopK, 1, x, [3000]);
        using var tensors = new SaeTrainer(Options(SaeArchitecture.BatchTopK), 24);
        using var batch = tensor(x).reshape(3000, 24);
        tensors.BeginCheckpoint(3000);
        Assert.True(tensors.Step(batch));
        tensors.EndTraining();
        Assert.Equal(State(spans), State(tensors));
    }

    [Theory]
    [InlineData(SaeArchitecture.TopK)]
    [InlineData(SaeArchitecture.BatchTopK)]
    [InlineData(SaeArchitecture.JumpReLU)]
    [InlineData(SaeArchitecture.Matryoshka)]
    public void Encode_sums_are_those_of_the_rebuilt_activations(SaeArchitecture architecture)
    {
        using var trainer = Trained(architecture, 1, Planted.Draw(20_000, 2), [20_000]);
        var probe = Planted.Draw(1500, 7);
        var (firings, sums) = Measure(trainer, probe);

        // The folded SAE in double precision, from raw activations: what a reader of the exported file computes.
        var sae = trainer.Fold();
        double error = 0, cosines = 0, ratios = 0;
        var means = Enumerable.Range(0, 24).Select(i => Enumerable.Range(0, 1500).Average(r => (double)probe[(r * 24) + i])).ToArray();
        var variation = probe.Select((v, i) => Math.Pow(v - means[i % 24], 2)).Sum();
        for (var r = 0; r < 1500; r++)
        {
            var x = probe.AsSpan(r * 24, 24).ToArray();
            var rebuilt = sae.DecoderBias.Select(v => (double)v).ToArray();
            for (var j = firings.Offsets[r]; j < firings.Offsets[r + 1]; j++)
            {
                var f = firings.Features[j];
                var expected = sae.EncoderBias[f] + Enumerable.Range(0, 24).Sum(i => (x[i] - (double)sae.DecoderBias[i]) * sae.Encoder[(f * 24) + i]);
                Assert.Equal(expected, firings.Values[j], 1e-4);
                Assert.True(j == firings.Offsets[r] || f > firings.Features[j - 1]);
                for (var i = 0; i < 24; i++)
                {
                    rebuilt[i] += firings.Values[j] * (double)sae.Decoder[(f * 24) + i];
                }
            }

            var norm = Math.Sqrt(x.Sum(v => (double)v * v));
            var norm2 = Math.Sqrt(rebuilt.Sum(v => v * v));
            error += x.Zip(rebuilt, (a, b) => (a - b) * (a - b)).Sum();
            cosines += x.Zip(rebuilt, (a, b) => a * b).Sum() / (norm * norm2);
            ratios += norm2 / norm;
        }

        Assert.Equal(1500, sums.Tokens);
        Assert.Equal(error / variation, sums.Fvu, 1e-4);
        Assert.Equal(cosines / 1500, sums.Cosine, 1e-5);
        Assert.Equal(ratios / 1500, sums.NormRatio, 1e-5);
        Assert.Equal((double)firings.Count / 1500, sums.L0);
        var counts = new long[trainer.Features];
        foreach (var f in firings.Features)
        {
            counts[f]++;
        }

        Assert.Equal(counts, sums.Firings.ToArray());
        Assert.Equal((double)counts.Count(n => n == 0) / counts.Length, sums.DeadFraction);
        Assert.Equal((double)counts.Count(n => n > 150) / counts.Length, sums.DenseFraction);
        Assert.InRange(sums.L0, trainer.Options.K * 0.7, trainer.Options.K * (architecture == SaeArchitecture.TopK ? 1.0 : 1.3));
    }

    [Fact]
    public void Encoding_in_parts_adds_up_and_repeats_itself()
    {
        using var trainer = Trained(SaeArchitecture.BatchTopK, 1, Planted.Draw(5000, 2), [5000]);
        var probe = Planted.Draw(2500, 7);
        var (firings, sums) = Measure(trainer, probe);
        var parts = new TokenFirings();
        var partSums = new ReconstructionSums(24, trainer.Features);
        var rest = new ReconstructionSums(24, trainer.Features);
        trainer.Encode(probe.AsSpan(0, 700 * 24), parts, partSums);
        trainer.Encode(probe.AsSpan(700 * 24), parts, rest);
        partSums.Add(rest);
        // A matrix product of another height may round differently: only firings within that of the threshold may differ.
        var (all, again) = (Firings(firings), Firings(parts));
        Assert.All(all.Keys.Except(again.Keys).Select(key => all[key]), v => Assert.Equal(trainer.Threshold, v, 1e-5));
        Assert.All(again.Keys.Except(all.Keys).Select(key => again[key]), v => Assert.Equal(trainer.Threshold, v, 1e-5));
        Assert.All(all.Keys.Intersect(again.Keys), key => Assert.Equal(all[key], again[key], 1e-5));
        Assert.Equal(sums.Fvu, partSums.Fvu, 1e-5);
        Assert.Equal(2500, partSums.Tokens);

        var (repeated, repeatedSums) = Measure(trainer, probe);
        Assert.Equal(firings.Features.ToArray(), repeated.Features.ToArray());
        Assert.Equal(firings.Values.ToArray(), repeated.Values.ToArray());
        Assert.Equal(sums.Fvu, repeatedSums.Fvu);

        static Dictionary<(int, int), float> Firings(TokenFirings f)
            => Enumerable.Range(0, f.TokenCount).SelectMany(t => Enumerable.Range(f.Offsets[t], f.Offsets[t + 1] - f.Offsets[t]).Select(j => (t, j)))
                .ToDictionary(e => (e.t, f.Features[e.j]), e => f.Values[e.j]);
    }

    [Fact]
    public void Encode_refuses_a_non_finite_activation_and_appends_nothing()
    {
        using var trainer = Trained(SaeArchitecture.BatchTopK, 1, Planted.Draw(2000, 2), [2000]);
        var probe = Planted.Draw(20, 7);
        probe[(3 * 24) + 1] = float.NaN;
        var firings = new TokenFirings();
        var problem = Assert.Throws<NonFiniteActivationException>(() => trainer.Encode(probe, firings, new ReconstructionSums(24, trainer.Features)));
        Assert.Equal((3, 1, 0), (problem.Token, problem.Dimension, firings.TokenCount));
    }

    [Theory]
    [InlineData(SaeArchitecture.TopK)]
    [InlineData(SaeArchitecture.BatchTopK)]
    [InlineData(SaeArchitecture.JumpReLU)]
    [InlineData(SaeArchitecture.Matryoshka)]
    public void The_steady_state_allocates_nothing_managed(SaeArchitecture architecture)
    {
        var x = Planted.Draw(2560, 2);
        // Everything that has not fired for a moment is dead, so the auxiliary loss is in the measured part.
        using var workers = new WorkerCrew(1);
        using var trainer = new SaeTrainer(Options(architecture) with { DeadAfterTokens = 1 }, 24, workers);
        using var activations = tensor(x).reshape(2560, 24);
        trainer.BeginCheckpoint(1_000_000);
        for (var i = 0; i < 10; i++)
        {
            trainer.Step(activations);
        }

        var there = 0L;
        workers.Run(() => there = GC.GetAllocatedBytesForCurrentThread());
        var here = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 5; i++)
        {
            trainer.Step(activations);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - here);
        workers.Run(() => there = GC.GetAllocatedBytesForCurrentThread() - there);
        Assert.Equal(0, there);
        Assert.True(trainer.Summary.DeadLatents > 0);
    }

    [Fact]
    public void Faulty_options_are_all_reported_at_once()
    {
        var options = new SaeOptions { K = 0, LearningRate = -1, StatisticsTokens = 1, Features = -3 };
        Assert.Equal(4, options.Validate(24).Count);
        var message = Assert.Throws<ArgumentException>(() => new SaeTrainer(options, 24)).Message;
        Assert.Contains("k is 0", message, StringComparison.Ordinal);
        Assert.Contains("learning rate is -1", message, StringComparison.Ordinal);
        Assert.Single(new SaeOptions { Features = 10, K = 11 }.Validate(24));
        Assert.Empty(new SaeOptions().Validate(128));
        Assert.Equal(2048, new SaeOptions().FeaturesFor(128));
    }

    internal static SaeOptions Options(SaeArchitecture architecture)
        => new() { Architecture = architecture, Features = 96, K = 4, BatchTokens = 256, StatisticsTokens = 1000 };

    internal static SaeTrainer Trained(SaeArchitecture architecture, int workers, float[] x, int[] cuts)
    {
        var trainer = new SaeTrainer(Options(architecture), 24, workers);
        trainer.BeginCheckpoint(x.Length / 24);
        var at = 0;
        foreach (var cut in cuts)
        {
            Assert.True(trainer.Step(x.AsSpan(at * 24, cut * 24)));
            at += cut;
        }

        trainer.EndTraining();
        return trainer;
    }

    internal static (TokenFirings Firings, ReconstructionSums Sums) Measure(SaeTrainer trainer, float[] probe)
    {
        var firings = new TokenFirings();
        var sums = new ReconstructionSums(trainer.Dimension, trainer.Features);
        trainer.Encode(probe, firings, sums);
        return (firings, sums);
    }

    internal static byte[] State(SaeTrainer trainer)
    {
        using var stream = new MemoryStream();
        trainer.SaveState(stream);
        return stream.ToArray();
    }
}
