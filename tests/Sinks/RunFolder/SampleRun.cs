using System.Text.Json.Nodes;
using Emergence.Sinks.RunFolder;
using Emergence.Sinks.Tests.Arrow;
using Emergence.Stages.Curves;

namespace Emergence.Sinks.Tests.RunFolder;

/// <summary>What the tests of the run folder ask for and commit.</summary>
internal static class SampleRun
{
    public static readonly CommitDetails Details = new("abc123", 5.25, new Dictionary<string, double> { ["train"] = 1.5 }, new Dictionary<string, long> { ["tokens"] = 4096 });

    public static readonly IReadOnlyDictionary<string, Action<string>> Parts = new Dictionary<string, Action<string>>
    {
        ["sae/layers.0"] = folder => File.WriteAllBytes(Path.Combine(folder, "sae.safetensors"), [1, 2, 3]),
        ["state"] = folder =>
        {
            Directory.CreateDirectory(Path.Combine(folder, "layers.0"));
            File.WriteAllText(Path.Combine(folder, "layers.0", "moments.bin"), "moments");
        },
    };

    public static RunDescription Description(int k = 32) => new(
        SampleResults.Run,
        new JsonObject { ["sae"] = new JsonObject { ["k"] = k, ["learning_rate"] = 5e-5 }, ["hook_points"] = new JsonArray("layers.0", "layers.1") });

    public static RunFolderStore Open(string folder, int k = 32) => RunFolderStore.Open(folder, Description(k), FixedTime.Noon);

    /// <summary>The one row of a checkpoint that is not used.</summary>
    public static CheckpointResult Unused(long step, EventKind kind = EventKind.CheckpointRefused, string why = "not used") =>
        new(step, null, [], [], [], [], [new EventRow(kind, EventSeverity.Warning, step, null, null, null, null, "{}", why)]);

    public static CommitRecord Commit(RunFolderStore store, long step) => store.Commit(SampleResults.Make(step, (int)step), Details, Parts);
}
