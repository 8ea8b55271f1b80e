using Emergence.Stages.Input;
using Emergence.Stages.Models.Safetensors;

namespace Emergence.Stages.Tests.Models.Safetensors;

public sealed class SafetensorsFolderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("safetensors-");

    public void Dispose() => _folder.Delete(recursive: true);

    private string At(string name) => Path.Combine(_folder.FullName, name);

    private void Shards(string weightMap)
    {
        SafetensorsWriter.Write(At("model-00001-of-00002.safetensors"), [("a", [1], new[] { 1f }), ("b", [1], new[] { 2f })]);
        SafetensorsWriter.Write(At("model-00002-of-00002.safetensors"), [("c", [1], new[] { 3f })]);
        File.WriteAllText(At(SafetensorsFolder.IndexFile), "{\"metadata\":{\"total_size\":12},\"weight_map\":{" + weightMap + "}}");
    }

    private const string Right = """
        "a":"model-00001-of-00002.safetensors","b":"model-00001-of-00002.safetensors","c":"model-00002-of-00002.safetensors"
        """;

    [Fact]
    public void Shards_are_read_through_their_index()
    {
        Shards(Right);
        using var folder = SafetensorsFolder.Open(_folder.FullName);
        Assert.Equal(["a", "b", "c"], folder.Tensors.Select(t => t.Name));
        Assert.Equal([2f], folder.ReadFloats("b"));
        Assert.Equal([3f], folder.ReadFloats("c"));
        Assert.Equal(At("model-00002-of-00002.safetensors"), folder.FileOf("c"));
    }

    [Fact]
    public void A_single_file_needs_no_index()
    {
        SafetensorsWriter.Write(At(SafetensorsFolder.SingleFile), [("a", [1], new[] { 1f })]);
        using var folder = SafetensorsFolder.Open(_folder.FullName);
        Assert.True(folder.TryGet("a", out _));
        Assert.False(folder.TryGet("b", out _));
        Assert.Throws<BadInputException>(() => folder.ReadFloats("b"));
    }

    [Fact]
    public void A_missing_shard_is_named()
    {
        Shards(Right);
        File.Delete(At("model-00002-of-00002.safetensors"));
        var refused = Assert.Throws<BadInputException>(() => SafetensorsFolder.Open(_folder.FullName));
        Assert.Equal(At(SafetensorsFolder.IndexFile), refused.File);
        Assert.Equal("shard model-00002-of-00002.safetensors", refused.Place);
    }

    [Theory]
    [InlineData("""
        "a":"model-00001-of-00002.safetensors","c":"model-00002-of-00002.safetensors"
        """, "does not place it")]
    [InlineData("""
        "a":"model-00001-of-00002.safetensors","b":"model-00001-of-00002.safetensors","d":"model-00002-of-00002.safetensors"
        """, "is not")]
    [InlineData("""
        "a":"../model.safetensors"
        """, "not the name of a file")]
    [InlineData("""
        "a":7
        """, "not the name of a file")]
    [InlineData("""
        "a":"model-00001-of-00002.safetensors","a":"model-00001-of-00002.safetensors"
        """, "twice")]
    [InlineData("\"a\":\"\\ud800\"", "surrogate")]
    [InlineData("\"a\"", "not valid JSON")]
    public void An_index_that_disagrees_with_the_shards_is_refused(string weightMap, string problem)
    {
        Shards(weightMap);
        var refused = Assert.Throws<BadInputException>(() => SafetensorsFolder.Open(_folder.FullName));
        Assert.Contains(problem, refused.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_weights_is_refused()
    {
        Assert.Contains("neither", Assert.Throws<BadInputException>(() => SafetensorsFolder.Open(_folder.FullName)).Problem, StringComparison.Ordinal);
        Assert.Throws<BadInputException>(() => SafetensorsFolder.Open(At("none")));
    }
}
