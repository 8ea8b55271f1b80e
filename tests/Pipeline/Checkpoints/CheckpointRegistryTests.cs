using Emergence.Pipeline.Checkpoints;

namespace Emergence.Pipeline.Tests.Checkpoints;

public sealed class CheckpointRegistryTests
{
    private readonly CheckpointRegistry _registry = new();

    private static WeightHashes Hashes(string whole, params string[] shards) =>
        new(whole, shards.Select((hash, i) => (Name: $"model-{i}", hash)).ToDictionary(s => s.Name, s => s.hash));

    [Fact]
    public void A_copy_is_found_with_the_first_step_that_has_the_weights()
    {
        _registry.Add(1, Hashes("a", "a"));
        _registry.Add(2, Hashes("b", "b"));
        _registry.Add(3, Hashes("a", "a"));
        Assert.Equal(new WeightMatch(1, null, 0), _registry.Find(4, Hashes("a", "a")));
        Assert.Null(_registry.Find(4, Hashes("c", "c")));
    }

    [Fact]
    public void A_step_is_no_copy_of_itself()
    {
        _registry.Add(1, Hashes("a", "x", "y"));
        Assert.Null(_registry.Find(1, Hashes("a", "x", "y")));
    }

    [Fact]
    public void One_shard_of_another_step_is_found_and_named()
    {
        _registry.Add(1, Hashes("a", "x1", "y1", "z1"));
        _registry.Add(2, Hashes("b", "x2", "y2", "z2"));
        var match = _registry.Find(3, Hashes("c", "x3", "y2", "z2"));
        Assert.Equal(new WeightMatch(2, "model-1", 2), match);
        Assert.Equal(RefusalReason.ShardOfAnotherStep, match!.Reason);
        Assert.Contains("step 2", match.Problem("here", 3).Message, StringComparison.Ordinal);
        Assert.Contains("model-1", match.Problem("here", 3).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_bytes_under_another_name_are_no_match()
    {
        _registry.Add(1, Hashes("a", "x1", "y1"));
        Assert.Null(_registry.Find(2, Hashes("b", "y1", "x1")));
    }

    [Fact]
    public void Steps_of_which_only_the_whole_is_known_still_tell_copies()
    {
        _registry.Add(1, Hashes("a"));
        Assert.Equal(RefusalReason.CopyOfAnotherStep, _registry.Find(2, Hashes("a", "x", "y"))!.Reason);
        Assert.Null(_registry.Find(2, Hashes("b", "x", "y")));
    }
}
