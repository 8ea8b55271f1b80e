using Emergence.Stages.Input;
using Emergence.Stages.Sae;
using Emergence.TestKit.Sae;

namespace Emergence.Stages.Tests.Sae;

public sealed class SaeStateTests
{
    private static readonly PlantedDictionary Planted = new(24, 60, 3, seed: 1);

    [Theory]
    [InlineData(SaeArchitecture.TopK)]
    [InlineData(SaeArchitecture.BatchTopK)]
    public void A_loaded_trainer_goes_on_bit_for_bit(SaeArchitecture architecture)
    {
        using var first = SaeTrainerTests.Trained(architecture, 1, Planted.Draw(5000, 2), [5000]);
        var state = SaeTrainerTests.State(first);
        using var second = new SaeTrainer(SaeTrainerTests.Options(architecture) with { Seed = 99 }, 24);
        second.LoadState(new MemoryStream(state), "state");
        Assert.Equal(state, SaeTrainerTests.State(second));
        var probe = Planted.Draw(1000, 8);
        for (var checkpoint = 0; checkpoint < 3; checkpoint++)
        {
            var x = Planted.Draw(900, 10 + checkpoint);
            foreach (var trainer in new[] { first, second })
            {
                trainer.BeginCheckpoint(900);
                trainer.Step(x);
                trainer.EndTraining();
            }

            Assert.Equal(SaeTrainerTests.State(first), SaeTrainerTests.State(second));
            Assert.Equal(SaeTrainerTests.Measure(first, probe).Firings.Values.ToArray(), SaeTrainerTests.Measure(second, probe).Firings.Values.ToArray());
        }

        Assert.NotEqual(state, SaeTrainerTests.State(first));
    }

    [Fact]
    public void A_damaged_or_foreign_state_is_refused_and_changes_nothing()
    {
        using var source = SaeTrainerTests.Trained(SaeArchitecture.BatchTopK, 1, Planted.Draw(3000, 2), [3000]);
        var good = SaeTrainerTests.State(source);
        using var target = new SaeTrainer(SaeTrainerTests.Options(SaeArchitecture.BatchTopK), 24);
        var before = SaeTrainerTests.State(target);

        Refused([], "not the state of an SAE");
        Refused(good[..10], "not the state of an SAE");
        Refused(good[..^1], "fewer");
        Refused([.. good, 0], "more");
        Refused(Changed(0, 1), "not the state of an SAE");
        Refused(Changed(8, 9), "version");
        Refused(Changed(12, 25), "dimension");
        Refused(Changed(16, 1), "features");
        Refused(Changed(20, 0), "architecture");
        Refused(Changed(24, 5), "k is 5");
        foreach (var at in new[] { 28, 40, good.Length / 2, good.Length - 33, good.Length - 1 })
        {
            Refused(Changed(at, (byte)(good[at] ^ 1)), "hash");
        }

        target.LoadState(new MemoryStream(good), "state");
        Assert.Equal(good, SaeTrainerTests.State(target));

        void Refused(byte[] bytes, string reason)
        {
            var problem = Assert.Throws<BadInputException>(() => target.LoadState(new MemoryStream(bytes), "layers.3.sae"));
            Assert.Contains(reason, problem.Message, StringComparison.Ordinal);
            Assert.Equal("layers.3.sae", problem.File);
            Assert.Equal(before, SaeTrainerTests.State(target));
        }

        byte[] Changed(int at, byte value)
        {
            var copy = good.ToArray();
            copy[at] = value;
            return copy;
        }
    }
}
