using System.Security.Cryptography;
using Emergence.Pipeline.Checkpoints;
using Emergence.Stages.Input;
using Emergence.Stages.Models.Safetensors;

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
    public void Each_shard_has_its_own_hash_whatever_the_number_of_threads()
    {
        using var weights = SafetensorsFolder.Open(_files.WriteSharded("step1", 1));
        var hashes = CheckpointHash.Of(weights, 1, default);
        Assert.Equal(["model-1.safetensors", "model-2.safetensors"], hashes.Shards.Keys);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(CheckpointFiles.Weights("b", 2))), hashes.Shards["model-2.safetensors"]);
        var sideBySide = CheckpointHash.Of(weights, 2, default);
        Assert.Equal(hashes.Whole, sideBySide.Whole);
        Assert.Equal(hashes.Shards, sideBySide.Shards);
    }

    [Fact]
    public void A_shard_that_becomes_shorter_while_shards_are_hashed_side_by_side_is_bad_input()
    {
        var folder = _files.WriteSharded("step1", 1);
        using var weights = SafetensorsFolder.Open(folder);
        using (var file = new FileStream(Path.Combine(folder, "model-2.safetensors"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.SetLength(10);
        }

        Assert.EndsWith("model-2.safetensors", Assert.Throws<BadInputException>(() => CheckpointHash.Of(weights, 2, default)).File);
    }
}
