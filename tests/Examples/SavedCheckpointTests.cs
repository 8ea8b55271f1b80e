using System.Runtime.InteropServices;
using System.Text.Json;
using Emergence.Stages.Models;
using Emergence.Stages.Models.Safetensors;
using Emergence.Stages.Tokens;
using Emergence.TestKit;

namespace Emergence.Examples.Tests;

/// <summary>Checkpoints that the Python example wrote, read by this project: PyTorch's own logits are the reference.</summary>
public sealed class SavedCheckpointTests
{
    /// <summary>Greatest difference of a logit, over the greatest logit.</summary>
    private const double Tolerance = 2e-5;

    [TorchTheory]
    [InlineData("gpt_neox")]
    [InlineData("gpt2")]
    [InlineData("llama")]
    public async Task A_model_saved_from_PyTorch_gives_PyTorchs_logits(string family)
    {
        using var folder = new TemporaryFolder();
        using var python = new LineProcess(PythonWithTorch.Script("write_checkpoints.py", family, folder.Path));
        await python.EndAsync();
        Assert.True(python.ExitCode == 0, python.Error);

        var variants = python.Output.Split('\n');
        Assert.Equal(["float32", "shards", "bfloat16", "float16", "tied"], variants);
        for (var step = 0; step < variants.Length; step++)
        {
            var checkpoint = folder[$"step{step}"];
            using (var weights = SafetensorsFolder.Open(checkpoint))
            {
                Assert.Equal(variants[step] == "shards", weights.Files.Count > 1);
            }

            using var model = LanguageModel.Load(checkpoint);
            using var logits = model.Logits(Tokens(folder["tokens.json"]));
            var expected = MemoryMarshal.Cast<byte, float>(await File.ReadAllBytesAsync(folder[$"logits{step}.bin"])).ToArray();
            var actual = MemoryMarshal.Cast<byte, float>(logits.bytes).ToArray();
            Assert.Equal(expected.Length, actual.Length);
            var difference = expected.Zip(actual, (a, b) => Math.Abs((double)a - b)).Max() / expected.Max(v => Math.Abs((double)v));
            Assert.True(difference <= Tolerance, $"{family} {variants[step]}: {difference}");
        }
    }

    private static TokenBatch Tokens(string path)
    {
        var rows = JsonSerializer.Deserialize<long[][]>(File.ReadAllText(path))!;
        return new TokenBatch([.. rows.SelectMany(r => r)], rows[0].Length, [.. rows.Select((r, i) => new RowSource(i, 0, r.Length))]);
    }
}
