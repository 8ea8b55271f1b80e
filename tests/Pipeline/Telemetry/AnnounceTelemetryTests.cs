using Emergence.Pipeline.Progress;
using Emergence.Pipeline.Telemetry;
using Emergence.Pipeline.Tests.Working;
using Emergence.TestKit.Runs;
using Emergence.TestKit.Telemetry;

namespace Emergence.Pipeline.Tests.Telemetry;

/// <summary>What an announcer measures of a run whose numbers others compute.</summary>
[Collection(AloneCollection.Name)]
public sealed class AnnounceTelemetryTests
{
    [Fact]
    public async Task A_run_that_is_announced_measures_what_is_announced_assembled_and_outstanding()
    {
        using var tiny = new TinyRun(0, 1);
        tiny.Add(2, hiddenSize: 32);
        using var recorded = new RecordedMeasurements(PipelineInstruments.MeterName, m => (string?)m.Attributes.GetValueOrDefault("emergence.run.name") == "announced");
        using var shared = new SharedRun(tiny, Path.Combine("shared", "announced"), s => s with { UntilStep = 2 });
        using var stop = new CancellationTokenSource();
        var working = shared.WorkAsync("worker", stop.Token);
        var told = await shared.AnnounceAsync(then: told =>
        {
            if (told is RunRemark or CheckpointCommitted)
            {
                recorded.Collect();
            }
        });
        await stop.CancelAsync();
        await working;

        Assert.Equal(3, recorded.Of("emergence.announcer.announced").Sum(m => m.Value));
        Assert.Equal(["committed", "committed", "checkpoint_refused"], recorded.Of("emergence.announcer.assembled").Select(m => m.Attributes["emergence.checkpoint.outcome"]));
        Assert.Equal(3, recorded.Of("emergence.announcer.assembly.lag").Count);
        Assert.All(recorded.Of("emergence.announcer.assembly.lag"), m => Assert.InRange(m.Value, 0, 60));
        Assert.Contains(recorded.Of("emergence.announcer.outstanding"), m => m.Value > 0);
        var announcers = recorded.All.Where(m => m.Instrument.Name.StartsWith("emergence.announcer.", StringComparison.Ordinal)).ToList();
        Assert.All(announcers, m => Assert.Equal(told.OfType<RunOpened>().Single().Model, m.Attributes["emergence.model.name"]));
        var declared = PipelineInstruments.All.ToDictionary(i => i.Name);
        Assert.All(announcers, m => Assert.Equal(declared[m.Instrument.Name].Attributes.Order(), m.Attributes.Keys.Order()));

        // Two workers' groups measure their own commits; the announcer does not count them once more.
        Assert.Equal(4, recorded.Of("emergence.checkpoint.outcomes").Count(m => (string)m.Attributes["emergence.checkpoint.outcome"]! == "committed"));
        var before = recorded.Of("emergence.announcer.outstanding").Count;
        recorded.Collect();
        Assert.Equal(before, recorded.Of("emergence.announcer.outstanding").Count);
    }
}
