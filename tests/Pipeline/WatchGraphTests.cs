using Emergence.Pipeline.Settings;
using Emergence.TestKit;

namespace Emergence.Pipeline.Tests;

public sealed class WatchGraphTests
{
    [Fact]
    public void The_picture_in_the_README_is_the_one_the_program_prints()
    {
        var readme = File.ReadAllText(Path.Combine(ProductRoot.Find(), "README.md"));
        var from = readme.IndexOf("```mermaid\n", StringComparison.Ordinal) + "```mermaid\n".Length;
        var to = readme.IndexOf("```", from, StringComparison.Ordinal);
        Assert.Equal(WatchGraph.Plan(), readme[from..to]);
    }

    [Fact]
    public void Activations_take_the_same_way_from_the_SAE_on()
    {
        static string[] Stages(CheckpointKind kind) => [.. WatchGraph.Plan(kind).Split('\n').Where(l => l.Contains('"')).Select(l => l.Split('"')[1].Split('<')[0])];
        Assert.Equal(["source", "inspect", "read", "sae", "count", "curves", "commit"], Stages(CheckpointKind.Activations));
        Assert.Equal(Stages(CheckpointKind.Models)[^4..], Stages(CheckpointKind.Activations)[^4..]);
    }

    [Fact]
    public void Every_stage_of_the_graph_is_in_the_table_of_ARCHITECTURE()
    {
        var architecture = File.ReadAllText(Path.Combine(ProductRoot.Find(), "ARCHITECTURE.md"));
        var stages = WatchGraph.Plan().Split('\n').Where(l => l.Contains('"')).Select(l => l.Split('"')[1].Split('<')[0]).ToList();
        Assert.Equal(8, stages.Count);
        Assert.All(stages, s => Assert.Contains($"| `{s}` |", architecture));
    }
}
