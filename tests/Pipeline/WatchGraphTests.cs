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
    public void Every_stage_of_the_graph_is_in_the_table_of_ARCHITECTURE()
    {
        var architecture = File.ReadAllText(Path.Combine(ProductRoot.Find(), "ARCHITECTURE.md"));
        var stages = WatchGraph.Plan().Split('\n').Where(l => l.Contains('"')).Select(l => l.Split('"')[1].Split('<')[0]).ToList();
        Assert.Equal(8, stages.Count);
        Assert.All(stages, s => Assert.Contains($"| `{s}` |", architecture));
    }
}
