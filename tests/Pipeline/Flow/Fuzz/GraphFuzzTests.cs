using Emergence.Pipeline.Flow;

namespace Emergence.Pipeline.Tests.Flow.Fuzz;

/// <summary>
/// Random graphs under random faults, stops and aborts: every run ends, leaves nothing alive, tells its first failure plainly, and
/// when it succeeds has delivered every message once and in order.
/// </summary>
public class GraphFuzzTests
{
    private const int SeedsPerBlock = 250;

    private static readonly TimeSpan Watchdog = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Runs_of_random_graphs_end_and_lose_nothing(int block)
    {
        var endings = new Dictionary<string, int>();
        for (var seed = block * SeedsPerBlock; seed < (block + 1) * SeedsPerBlock; seed++)
        {
            using var fuzz = new FuzzGraph(seed);
            try
            {
                var ending = await RunAsync(fuzz);
                endings[ending] = endings.GetValueOrDefault(ending) + 1;
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}: {e}\n{fuzz.Builder.ToMermaid()}");
            }
        }

        // A block that never fails, or only ever fails, has tried nothing.
        Assert.All(["Completed", "Drained", "Aborted", "failed"], ending => Assert.True(endings.GetValueOrDefault(ending) >= 5, string.Join(", ", endings)));
    }

    private static async Task<string> RunAsync(FuzzGraph fuzz)
    {
        using var graph = fuzz.Builder.Build(new GraphOptions { DrainDeadline = TimeSpan.FromHours(1) });
        fuzz.Mischief.Graph = graph;
        var ending = "failed";
        try
        {
            var outcome = await graph.RunAsync().WaitAsync(Watchdog);
            ending = outcome.ToString();
            CheckOutcome(outcome, fuzz);
        }
        catch (StageFailedException failure)
        {
            CheckFailure(failure, fuzz, graph);
        }

        fuzz.Leases.ThrowIfAny();
        Assert.False(fuzz.Overlapped, "two regions ran on the device at once, or one ran elsewhere");
        CheckDelivery(ending is "Completed" or "Drained", fuzz, graph.Snapshot());
        return ending;
    }

    private static void CheckOutcome(GraphOutcome outcome, FuzzGraph fuzz)
    {
        // Only a cancellation may go unreported, and only when the run was aborted anyway, or by a source that was told to stop.
        foreach (var (exception, stage) in fuzz.Mischief.Fired)
        {
            Assert.IsAssignableFrom<OperationCanceledException>(exception);
            Assert.True(fuzz.Mischief.Aborted || (stage == "source" && fuzz.Mischief.Stopped), $"{exception.GetType().Name} of {stage} was swallowed");
        }

        Assert.True(outcome != GraphOutcome.Aborted || fuzz.Mischief.Aborted, "aborted, but nobody asked for it");
        Assert.True(outcome != GraphOutcome.Drained || fuzz.Mischief.Stopped, "drained, but nobody asked for it");
    }

    private static void CheckFailure(StageFailedException failure, FuzzGraph fuzz, Graph graph)
    {
        Assert.IsNotType<AggregateException>(failure.InnerException);
        Assert.Null(failure.InnerException!.InnerException);
        var (_, stage) = Assert.Single(fuzz.Mischief.Fired, f => ReferenceEquals(f.Exception, failure.InnerException));
        if (stage is null)
        {
            Assert.Contains(failure.Stage, graph.Snapshot().Select(s => s.Name));
        }
        else
        {
            Assert.Equal(stage, failure.Stage);
        }
    }

    private static void CheckDelivery(bool complete, FuzzGraph fuzz, IReadOnlyList<StageStatistics> snapshot)
    {
        foreach (var sink in fuzz.Sinks)
        {
            if (complete)
            {
                sink.CheckComplete(snapshot.Single(s => s.Name == sink.Name).Dropped);
            }
            else
            {
                sink.CheckPart();
            }
        }

        Assert.All(snapshot, s =>
        {
            Assert.Null(s.Holding);
            Assert.Equal(0, s.Queued);
            Assert.True(!complete || s.Discarded == 0);
        });
    }
}
