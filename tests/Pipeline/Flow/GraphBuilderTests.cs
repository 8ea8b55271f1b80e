using Emergence.Pipeline.Flow;
using static Emergence.Pipeline.Tests.Flow.TestGraph;

namespace Emergence.Pipeline.Tests.Flow;

public class GraphBuilderTests
{
    private readonly TestGraph _test = new();

    [Fact]
    public void All_problems_are_listed_at_once()
    {
        var other = new TestGraph();
        var foreign = other.Count(1);
        var source = _test.Count(1);
        _test.Pass("loose", source);
        _test.Collect(source, "Bad Name");
        _test.Collect(_test.Pass("loose", foreign, capacity: 0), "collect");
        _test.Builder.Tee("tee", _test.Builder.Merge<Item>("nothing", [], 1), 1);
        _test.Builder.Sink("nowhere", _test.Builder.Source<Item>("again", _ => null!), 1, WhenFull.Wait, null!, (_, _) => default);

        var wrong = Assert.Throws<GraphDeclarationException>(() => _test.Builder.Build(new GraphOptions { DrainDeadline = TimeSpan.Zero }));
        Assert.Equal(
            [
                "the drain deadline is 00:00:00; choose one above zero, up to 30 days",
                "there are 2 sources; declare exactly one",
                "loose and Bad Name both take the messages of count; put a tee between",
                "nobody takes the messages of loose; end it in a sink",
                "\"Bad Name\" is not a stage name; use lower-case words joined by hyphens",
                "two stages are called loose; rename one",
                "loose holds 0 messages; let it hold at least 1",
                "loose takes from count of another graph; take from a stage of this one",
                "nothing merges nothing; give it branches",
                "tee has no branches; declare at least one",
                "nowhere has no scheduler; give TaskScheduler.Default or a device",
            ],
            wrong.Problems);
        Assert.All(wrong.Problems, problem => Assert.Contains($"\n  - {problem}", wrong.Message));
    }

    [Fact]
    public void A_branch_that_nobody_takes_is_named_by_its_number()
    {
        var tee = _test.Builder.Tee("tee", _test.Count(1), 1);
        _test.Collect(tee.Branch());
        tee.Branch();
        var wrong = Assert.Throws<GraphDeclarationException>(() => _test.Builder.Build());
        Assert.Equal(["nobody takes the messages of branch 2 of tee; end it in a sink"], wrong.Problems);
    }

    [Fact]
    public void A_declaration_makes_one_graph()
    {
        _test.Collect(_test.Count(1));
        using var graph = _test.Builder.Build();
        Assert.Throws<InvalidOperationException>(() => _test.Builder.Build());
    }

    [Fact]
    public void The_plan_is_printed_without_running_anything()
    {
        using var device = new DeviceScheduler("device");
        var source = _test.Builder.Source<Item>("end", _ => throw new InvalidOperationException("ran"));
        var tee = _test.Builder.Tee("tee", _test.Builder.Map<Item, Item>("sae-train", source, 2, WhenFull.Wait, device, _ => throw new InvalidOperationException("ran")), 1);
        var merged = _test.Builder.Merge("merge", [tee.Branch(), _test.Pass("other", tee.Branch())], 3);
        _test.Builder.Sink("live", merged, 8, WhenFull.DropOldest, Pool, (_, _) => throw new InvalidOperationException("ran"));
        const string Plan = """
            flowchart TD
                _end(["end"])
                _sae_train["sae-train<br/>holds 2, waits when full<br/>on device"]
                _end -->|Item| _sae_train
                _tee{{"tee<br/>holds 1, waits when full<br/>on pool"}}
                _sae_train -->|Item| _tee
                _other["other<br/>holds 1, waits when full<br/>on pool"]
                _tee -->|Item| _other
                _merge{{"merge<br/>holds 3, waits when full<br/>on pool"}}
                _tee -->|Item| _merge
                _other -->|Item| _merge
                _live[["live<br/>holds 8, drops the oldest when full<br/>on pool"]]
                _merge -.->|Item| _live

            """;
        Assert.Equal(Plan, _test.Builder.ToMermaid());
        using var graph = _test.Builder.Build();
        Assert.Equal(Plan, graph.ToMermaid());
    }
}
