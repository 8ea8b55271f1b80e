using System.Text.Json;
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
            case "copy":
                File.Copy(Path.Combine(tiny.Checkpoints, "step0", "model.safetensors"), weights, overwrite: true);
                break;
        }
    }
}
