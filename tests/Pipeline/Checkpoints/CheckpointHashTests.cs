using System.Security.Cryptography;
using Emergence.Pipeline.Checkpoints;
using Emergence.Stages.Input;

namespace Emergence.Pipeline.Tests.Checkpoints;

public sealed class CheckpointHashTests : IDisposable
{
    private readonly CheckpointFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Of_one_file_it_is_that_files_sha256()
    {
        var folder = _files.Write("step1", 1);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(CheckpointFiles.Weights("w", 1))), CheckpointHash.Of(folder, default));
    }

    [Fact]
    public void Of_shards_it_is_the_sha256_of_their_sha256s_in_order_of_name()
    {
        var folder = _files.WriteSharded("step1", 1);
        byte[] both = [.. SHA256.HashData(CheckpointFiles.Weights("a", 1)), .. SHA256.HashData(CheckpointFiles.Weights("b", 2))];
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(both)), CheckpointHash.Of(folder, default));
    }

    [Fact]
    public void Only_the_weights_count()
    {
        var first = CheckpointHash.Of(_files.Write("step1", 1), default);
        var copy = _files.Write("step2", 1);
        File.WriteAllText(Path.Combine(copy, "config.json"), "{\"other\":true}");
        File.WriteAllText(Path.Combine(copy, "trainer_state.json"), "{}");
        Assert.Equal(first, CheckpointHash.Of(copy, default));
        Assert.NotEqual(first, CheckpointHash.Of(_files.Write("step3", 2), default));
    }

    [Fact]
    public void A_file_longer_than_the_chunk_is_hashed_to_its_end()
    {
        var folder = _files.Write("step1", 1);
        var header = System.Text.Encoding.UTF8.GetBytes("""{"w":{"dtype":"U8","shape":[3000000],"data_offsets":[0,3000000]}}""");
        var bytes = new byte[8 + header.Length + 3_000_000];
        BitConverter.TryWriteBytes(bytes, (long)header.Length);
        header.CopyTo(bytes, 8);
        new Random(1).NextBytes(bytes.AsSpan(8 + header.Length));
        File.WriteAllBytes(Path.Combine(folder, "model.safetensors"), bytes);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), CheckpointHash.Of(folder, default));
    }

    [Fact]
    public void Broken_weights_are_refused_and_a_cancelled_hash_ends()
    {
        var folder = _files.Write("step1", 1);
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => CheckpointHash.Of(folder, stop.Token));
        File.WriteAllBytes(Path.Combine(folder, "model.safetensors"), CheckpointFiles.Weights("w", 1)[..^1]);
        Assert.Throws<BadInputException>(() => CheckpointHash.Of(folder, default));
    }

    [Fact]
    public void The_registry_finds_the_step_whose_weights_were_copied()
    {
        var registry = new CheckpointRegistry();
        Assert.True(registry.TryAdd(1, "a", out _));
        Assert.True(registry.TryAdd(2, "b", out _));
        Assert.False(registry.TryAdd(3, "a", out var other));
        Assert.Equal(1, other);
        Assert.True(registry.TryAdd(1, "a", out _));
        Assert.True(registry.TryAdd(3, "c", out other));
        Assert.Equal(3, other);
    }
}
