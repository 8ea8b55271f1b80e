using Emergence.Cli.Tests.Sae;

namespace Emergence.Cli.Tests.Commands;

[Collection(TensorCollection.Name)]
public sealed class SaeEvalCommandTests : IDisposable
{
    private readonly ActivationSample _sample = new();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public async Task A_trained_SAE_scores_the_same_from_its_files()
    {
        Assert.Equal(0, await _sample.Train("out", "--json", "--arch", "topk"));
        var trained = _sample.Json();
        foreach (var folder in new[] { "out", "out/saelens", "out/sparsify/layers.0" })
        {
            Assert.Equal(0, await _sample.Sae("eval", _sample[folder], "--activations", _sample.File, "--rows", "2850..", "--json"));
            var json = _sample.Json();
            Assert.Equal((150, 16, 48, 3, "topk"), (
                json.GetProperty("rows").GetInt32(), json.GetProperty("d_in").GetInt32(), json.GetProperty("d_sae").GetInt32(), json.GetProperty("k").GetInt32(), json.GetProperty("architecture").GetString()));
            Assert.Equal(folder.Contains("sparsify", StringComparison.Ordinal) ? "sparsify" : "saelens", json.GetProperty("format").GetString());
            foreach (var figure in new[] { "fvu", "l0", "dead_fraction" })
                Assert.Equal(trained.GetProperty(figure).GetDouble(), json.GetProperty(figure).GetDouble(), 1e-3);
            foreach (var figure in new[] { "dense_fraction", "cosine", "norm_ratio" })
                Assert.InRange(json.GetProperty(figure).GetDouble(), 0, 1.2);
        }

        Assert.Equal(0, await _sample.Sae("eval", _sample["out"], "--activations", _sample.File));
        Assert.Contains("topk of saelens, 48 features of 16 numbers, k 3", _sample.Program.Output);
        Assert.Contains("3000 rows: fvu 0.", _sample.Program.Output);
    }

    [Theory]
    [InlineData("5..5", 2, "not a range")]
    [InlineData("7", 2, "not a range")]
    [InlineData("..3001", 3, "it has 3000 rows, not 0..3001")]
    [InlineData("3000..", 3, "it has 3000 rows")]
    public async Task Rows_that_are_not_there_are_refused(string rows, int code, string said)
    {
        Assert.Equal(0, await _sample.Train("out", "--steps", "2"));
        Assert.Equal(code, await _sample.Sae("eval", _sample["out"], "--activations", _sample.File, "--rows", rows));
        Assert.Contains(said, _sample.Program.Error);
    }

    [Fact]
    public async Task Another_width_a_folder_without_an_SAE_and_no_file_are_refused()
    {
        Assert.Equal(0, await _sample.Train("out", "--steps", "2"));
        var wide = _sample["wide.npy"];
        TestKit.Activations.NpyFile.Write(wide, TestKit.Activations.NpyFile.Bytes<float>("<f4", "(4, 17)", new float[68]));
        Assert.Equal(3, await _sample.Sae("eval", _sample["out"], "--activations", wide));
        Assert.Contains("rows have 17 numbers", _sample.Program.Error);
        Assert.Equal(3, await _sample.Sae("eval", _sample.Program.Folder, "--activations", wide));
        Assert.Contains("neither sae_weights.safetensors nor sae.safetensors", _sample.Program.Error);
        Assert.Equal(2, await _sample.Sae("eval", _sample["out"]));
        Assert.Contains("--activations: is missing", _sample.Program.Error);
    }
}
