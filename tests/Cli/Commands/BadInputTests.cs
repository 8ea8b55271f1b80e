using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Emergence.Sinks.RunFolder;
using Emergence.Stages.Models.Safetensors;
using Emergence.TestKit.Runs;

namespace Emergence.Cli.Tests.Commands;

/// <summary>What the program says of broken input: exit code 3, the file and a remedy, and everything else committed.</summary>
public sealed class BadInputTests
{
    public static TheoryData<string, string> Damages => new()
    {
        { "truncated", "model.safetensors" },
        { "lying header", "model.safetensors" },
        { "missing shard", "model-00002-of-00002.safetensors" },
        { "copy", "step 0" },
        { "other architecture", "config.json" },
        { "another step's shard", "model-00002-of-00002.safetensors" },
        { "wrong type in the header", "model.safetensors" },
        { "tensor twice", "model.safetensors" },
        { "shard outside the folder", "model.safetensors.index.json" },
        { "huge vocabulary", "config.json" },
        { "unknown option", "config.json" },
        { "number out of range", "config.json" },
        { "nested too deep", "config.json" },
        { "weight that is not finite", "gpt_neox.embed_in.weight" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task A_broken_checkpoint_is_named_and_the_others_are_committed(string damage, string named)
    {
        using var tiny = new TinyRun(0, 4);
        Break(damage, tiny);
        var process = await ProgramProcess.RunAsync("replay", tiny, tiny.Run());
        Assert.Equal(3, process.ExitCode);
        Assert.Contains(named, process.Error);
        Assert.Contains("step2", process.Error);
        var reader = RunFolderReader.Open(tiny.Run());
        Assert.Equal([0L, 2L, 4L], reader.ListSteps());
        Assert.Equal([false, true, false], reader.ListSteps().Select(s => reader.ReadCommit(s).Refused));
    }

    [Fact]
    public async Task An_empty_folder_of_checkpoints_is_bad_input()
    {
        using var tiny = new TinyRun();
        var process = await ProgramProcess.RunAsync("replay", tiny, tiny.Run());
        Assert.Equal(3, process.ExitCode);
        Assert.Contains(tiny.Checkpoints, process.Error);
    }

    [Fact]
    public async Task A_run_folder_that_cannot_be_made_is_bad_input()
    {
        using var tiny = new TinyRun(0);
        var process = await ProgramProcess.RunAsync("replay", tiny, Path.Combine(tiny.Texts.ProbePath, "run"));
        Assert.True(process.ExitCode is 2 or 3, process.Error);
        Assert.Contains("probe.jsonl", process.Error);
    }

    private static void Break(string damage, TinyRun tiny)
    {
        var folder = tiny.Add(2, damage == "other architecture" ? 32 : 16);
        var weights = Path.Combine(folder, "model.safetensors");
        switch (damage)
        {
            case "truncated":
                File.WriteAllBytes(weights, File.ReadAllBytes(weights)[..^1000]);
                break;
            case "lying header":
                var bytes = File.ReadAllBytes(weights);
                BitConverter.TryWriteBytes(bytes, long.MaxValue);
                File.WriteAllBytes(weights, bytes);
                break;
            case "missing shard":
                // The first shard is there and is all that the index says it is.
                var first = Path.Combine(folder, "model-00001-of-00002.safetensors");
                File.Move(weights, first);
                using (var shard = SafetensorsFile.Open(first))
                {
                    var map = shard.Tensors.ToDictionary(t => t.Name, _ => Path.GetFileName(first));
                    map["the.rest"] = "model-00002-of-00002.safetensors";
                    File.WriteAllText(Path.Combine(folder, "model.safetensors.index.json"), JsonSerializer.Serialize(new { metadata = new { }, weight_map = map }));
                }

                break;
            case "another step's shard":
                ShardedWeights.Cut(Path.Combine(tiny.Checkpoints, "step0"));
                File.Copy(Path.Combine(tiny.Checkpoints, "step0", ShardedWeights.Cut(folder)[1]), Path.Combine(folder, "model-00002-of-00002.safetensors"), overwrite: true);
                break;
            case "wrong type in the header":
                Header(weights, h => ReplaceFirst(h, "\"F32\"", "\"f32\""));
                break;
            case "tensor twice":
                Header(weights, h => ReplaceFirst(h, "gpt_neox.final_layer_norm.bias", "gpt_neox.final_layer_norm.weight"));
                break;
            case "shard outside the folder":
                File.WriteAllText(Path.Combine(folder, "model.safetensors.index.json"), """{"weight_map":{"embed_out.weight":"../step0/model.safetensors"}}""");
                break;
            case "huge vocabulary":
                Config(folder, "vocab_size", "16777216");
                break;
            case "unknown option":
                Config(folder, "mixture_of_experts", "true");
                break;
            case "number out of range":
                Config(folder, "num_hidden_layers", "1e400");
                break;
            case "nested too deep":
                Config(folder, "rope_scaling", new string('[', 5000) + new string(']', 5000));
                break;
            case "weight that is not finite":
                var data = File.ReadAllBytes(weights);
                var at = 8 + (int)BitConverter.ToInt64(data);
                BitConverter.TryWriteBytes(data.AsSpan(at + 40), float.NaN);
                File.WriteAllBytes(weights, data);
                break;
            case "copy":
                File.Copy(Path.Combine(tiny.Checkpoints, "step0", "model.safetensors"), weights, overwrite: true);
                break;
        }
    }

    /// <summary>Puts an option first, so that it stands before what it replaces or beside it.</summary>
    private static void Config(string folder, string option, string value)
    {
        var path = Path.Combine(folder, "config.json");
        var kept = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        kept.Remove(option);
        File.WriteAllText(path, $"{{\"{option}\":{value},{kept.ToJsonString()[1..]}");
    }

    private static void Header(string weights, Func<string, string> change)
    {
        var bytes = File.ReadAllBytes(weights);
        var length = (int)BitConverter.ToInt64(bytes);
        var header = Encoding.UTF8.GetBytes(change(Encoding.UTF8.GetString(bytes, 8, length)));
        File.WriteAllBytes(weights, [.. BitConverter.GetBytes((long)header.Length), .. header, .. bytes.AsSpan(8 + length)]);
    }

    private static string ReplaceFirst(string text, string old, string with)
    {
        var at = text.IndexOf(old, StringComparison.Ordinal);
        return string.Concat(text.AsSpan(0, at), with, text.AsSpan(at + old.Length));
    }
}
