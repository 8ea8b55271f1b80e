using Emergence.Stages.Sae;
using Emergence.TestKit.Sae;

namespace Emergence.Stages.Tests.Sae;

/// <summary>
/// Quality on activations with a known answer. The bounds lie between what the whole trainer reaches and what it reaches with a piece
/// taken out, which the last tests do: without the auxiliary loss fewer than 0.79 of the directions are found, with it more than 0.80.
/// </summary>
public sealed class PlantedDictionaryTests
{
    private const int D = 32;
    private const int Tokens = 60_000;
    private static readonly PlantedDictionary Planted = new(D, 96, 4, seed: 12, offset: 3);
    private static readonly float[] Stream = Planted.Draw(Tokens, 1);
    private static readonly float[] LongStream = Planted.Draw(400_000, 2);

    [Theory]
    [InlineData(SaeArchitecture.TopK, 1, 0.115, 0.98, 0.95)]
    [InlineData(SaeArchitecture.TopK, 2, 0.115, 0.98, 0.95)]
    [InlineData(SaeArchitecture.BatchTopK, 1, 0.15, 0.95, 0.80)]
    [InlineData(SaeArchitecture.BatchTopK, 2, 0.15, 0.95, 0.80)]
    public void The_planted_directions_are_recovered(SaeArchitecture architecture, int seed, double fvu, double mmcs, double recovered)
    {
        using var trainer = Cold(Options with { Architecture = architecture, Seed = (ulong)seed });
        var quality = Measure(trainer, Planted);
        Assert.InRange(quality.Fvu, 0, fvu);
        Assert.InRange(quality.Cosines.Average(), mmcs, 1.0001);
        Assert.InRange(quality.Cosines.Count(c => c > 0.9) / 96.0, recovered, 1);
        Assert.InRange(quality.L0, 3.6, 4.4);
    }

    [Theory]
    [InlineData(10, false, 1.1)]
    [InlineData(10, true, 1.03)]
    [InlineData(20, true, 1.1)]
    [InlineData(30, true, 1.15)]
    public void A_warm_start_follows_a_turned_dictionary_with_a_twentieth_of_the_tokens_and_keeps_identities(double degrees, bool longer, double ofCold)
    {
        var stream = longer ? LongStream : Stream;
        using var trainer = new SaeTrainer(Options, D);
        trainer.BeginCheckpoint(stream.Length / D);
        trainer.Step(stream);
        trainer.EndTraining();
        var cold = Measure(trainer, Planted);
        var before = trainer.DecoderDirections();
        var turned = Planted.Rotated(degrees, seed: 5);
        var stale = Measure(trainer, turned).Fvu;

        var tokens = stream.Length / D / SaeDefaults.WarmTokensDivisor;
        trainer.BeginCheckpoint(tokens);
        trainer.Step(turned.Draw(tokens, 99));
        trainer.EndTraining();

        var warm = Measure(trainer, turned);
        var after = trainer.DecoderDirections();
        Assert.InRange(warm.Fvu, 0, cold.Fvu * ofCold);
        Assert.InRange(warm.Fvu, 0, stale - (0.6 * (stale - cold.Fvu)));
        // The rule of the curves (cosine at least 0.7), and the stricter one: a concept is still told by the same latent.
        var kept = before.Chunk(D).Zip(after.Chunk(D), (a, b) => a.Zip(b, (p, q) => p * q).Sum()).Count(c => c >= 0.7);
        Assert.InRange(kept / 128.0, 0.95, 1);
        var same = Best(Planted, before).Zip(Best(turned, after), (a, b) => a == b).Count(equal => equal);
        Assert.InRange(same / 96.0, 0.95, 1);
    }

    [Fact]
    public void A_warm_start_at_the_cold_rate_loses_identities()
    {
        using var trainer = Cold(Options with { WarmLearningRateDivisor = 1, LearningRate = 0.06 });
        var before = trainer.DecoderDirections();
        trainer.BeginCheckpoint(Tokens / 4);
        trainer.Step(Planted.Rotated(10, seed: 5).Draw(Tokens / 4, 99));
        trainer.EndTraining();
        var after = trainer.DecoderDirections();
        Assert.InRange(before.Chunk(D).Zip(after.Chunk(D), (a, b) => a.Zip(b, (p, q) => p * q).Sum()).Count(c => c >= 0.7) / 128.0, 0, 0.9);
    }

    [Fact]
    public void Without_the_auxiliary_loss_directions_stay_missing()
    {
        using var trainer = Cold(Options with { AuxCoefficient = 0 });
        var quality = Measure(trainer, Planted);
        Assert.InRange(quality.Cosines.Average(), 0, 0.93);
        Assert.InRange(quality.Fvu, 0.155, 1);
        Assert.InRange(quality.Cosines.Count(c => c > 0.9) / 96.0, 0, 0.79);
    }

    [Fact]
    public void Without_centring_scaling_or_unit_norms_the_bounds_are_missed()
    {
        using var raw = Cold(Options with { StandardiseInput = false });
        Assert.InRange(Measure(raw, Planted).Fvu, 0.4, double.MaxValue);

        using var free = Cold(Options with { NormaliseDecoder = false });
        Assert.Contains(free.DecoderDirections().Chunk(D), row => Math.Abs(row.Sum(v => v * v) - 1) > 0.1);
    }

    private static SaeOptions Options => new() { Features = 128, K = 4 };

    private static SaeTrainer Cold(SaeOptions options)
    {
        var trainer = new SaeTrainer(options, D);
        trainer.BeginCheckpoint(Tokens);
        trainer.Step(Stream);
        trainer.EndTraining();
        return trainer;
    }

    private static (double Fvu, double L0, float[] Cosines) Measure(SaeTrainer trainer, PlantedDictionary planted)
    {
        var (_, sums) = SaeTrainerTests.Measure(trainer, planted.Draw(8192, 777));
        return (sums.Fvu, sums.L0, planted.GreatestCosines(trainer.DecoderDirections()));
    }

    private static IEnumerable<int> Best(PlantedDictionary planted, float[] decoder)
        => planted.Directions.Select(direction => Enumerable.Range(0, decoder.Length / D)
            .MaxBy(f => Enumerable.Range(0, D).Sum(i => direction[i] * decoder[(f * D) + i])));
}
