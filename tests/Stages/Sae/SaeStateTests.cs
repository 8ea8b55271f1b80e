using System.Security.Cryptography;
using Emergence.Stages.Input;
using Emergence.Stages.Sae;
using Emergence.Stages.Sae.Formats;
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

    // 3 MB, so that hash and values take several pieces, in the middle of a longer stream; no array of the whole is made.
    [Fact]
    public void A_large_state_is_read_by_pieces_from_where_the_stream_stands()
    {
        var options = new SaeOptions { Features = 4096, K = 3, Seed = 1 };
        using var source = new SaeTrainer(options, 96);
        var good = SaeTrainerTests.State(source);
        using var target = new SaeTrainer(options with { Seed = 2 }, 96);
        Assert.NotEqual(good, SaeTrainerTests.State(target));
        var stream = new MemoryStream([1, 2, 3, .. good]) { Position = 3 };
        target.LoadState(stream, "state");
        Assert.Equal(good, SaeTrainerTests.State(target));
        Assert.Equal(stream.Length - SHA256.HashSizeInBytes, stream.Position);

        foreach (var at in new[] { 1 << 20, good.Length - 40 })
        {
            var bad = good.ToArray();
            bad[at] ^= 1;
            var problem = Assert.Throws<BadInputException>(() => target.LoadState(new MemoryStream(bad), "state"));
            Assert.Equal($"offset {good.Length - SHA256.HashSizeInBytes}", problem.Place);
        }

        Assert.Equal($"offset {good.Length - 1}", Assert.Throws<BadInputException>(() => target.LoadState(new MemoryStream(good[..^1]), "state")).Place);
        Assert.Equal($"offset {good.Length}", Assert.Throws<BadInputException>(() => target.LoadState(new MemoryStream([.. good, 0]), "state")).Place);
    }

    // The state of an SAE with matrices of 2³¹ numbers would be 16 GiB; a file of a few bytes is refused without memory for it.
    [Fact]
    public void The_length_is_checked_before_anything_of_that_size_is_read()
    {
        byte[] head = [.. StateWriter.Magic, 1, 0, 0, 0, 0, 8, 0, 0, 0, 0, 16, 0, 1, 0, 0, 0, 3, 0, 0, 0];
        var expected = head.Length + (1L << 34) + 32;
        var problem = Assert.Throws<BadInputException>(() => StateReader.Open(new MemoryStream([.. head, 5]), "state", [2048, 1 << 20, 1, 3], 1L << 34));
        Assert.Contains($"should have {expected} bytes and has fewer", problem.Message, StringComparison.Ordinal);
        Assert.Equal($"offset {head.Length + 1}", problem.Place);
    }
}
