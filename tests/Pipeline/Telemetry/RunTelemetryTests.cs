using Emergence.Pipeline.Progress;
using Emergence.Pipeline.Telemetry;
using Emergence.Pipeline.Tests.Flow;
using Emergence.Sinks.Telemetry;
using Emergence.TestKit.Runs;
using Emergence.TestKit.Telemetry;

namespace Emergence.Pipeline.Tests.Telemetry;

/// <summary>What a real run over tiny checkpoints measures.</summary>
[Collection(AloneCollection.Name)]
public sealed class RunTelemetryTests
{
    private static readonly long[] _steps = [0, 1, 2];

    [Fact]
    public async Task A_run_measures_its_checkpoints_stages_tokens_and_SAEs()
    {
        using var tiny = new TinyRun(_steps);
        using var recorded = new RecordedMeasurements(PipelineInstruments.MeterName, m => (string?)m.Attributes.GetValueOrDefault("emergence.run.name") == "measured");
        var told = await StreamRun.RunAsync(StreamRun.Settings(tiny, "measured"), watchEvent =>
        {
            if (watchEvent is CheckpointProgress { Phase: CheckpointPhase.Train })
                recorded.Collect();
        });

        var results = told.OfType<CheckpointCommitted>().ToList();
        Assert.Equal(results.Select(c => c.Duration.TotalSeconds), recorded.Of("emergence.checkpoint.duration").Select(m => m.Value));
        Assert.Equal(results.Select(c => c.Lag.TotalSeconds), recorded.Of("emergence.checkpoint.lag").Select(m => m.Value));
        Assert.Equal(["committed", "committed", "committed"], recorded.Of("emergence.checkpoint.outcomes").Select(m => m.Attributes["emergence.checkpoint.outcome"]));
        foreach (var (name, value) in new (string, Func<Stages.Curves.HealthRow, double>)[]
        {
            ("emergence.sae.fvu", h => h.Fvu),
            ("emergence.sae.dead_fraction", h => h.DeadFraction),
            ("emergence.sae.l0", h => h.L0),
            ("emergence.sae.training.duration", h => h.SecondsTrain),
        })
        {
            Assert.Equal(
                results.SelectMany(c => c.Result.Health).Select(h => (h.Layer, value(h))),
                recorded.Of(name).Select(m => ((int)m.Attributes["emergence.layer.index"]!, m.Value)));
        }

        Assert.Equal(results.Select(c => c.Result.Health[0].LmLoss!.Value), recorded.Of("emergence.model.loss").Select(m => m.Value));
        Assert.Equal(results.SelectMany(c => c.Result.Events).Count(), recorded.Of("emergence.events").Sum(m => (int)m.Value));

        // The last progress of each phase says how many tokens it had.
        foreach (var (purpose, phase) in new[] { ("train", CheckpointPhase.Train), ("measure", CheckpointPhase.Measure) })
        {
            Assert.Equal(
                told.OfType<CheckpointProgress>().Where(p => p.Phase == phase).GroupBy(p => p.Step).Sum(step => step.Last().Total),
                recorded.Of("emergence.tokens").Where(m => (string)m.Attributes["emergence.token.purpose"]! == purpose).Sum(m => m.Value));
        }

        string[] stages = ["inspect", "batch", "capture", "sae", "count", "curves", "commit"];
        Assert.Equal(stages.Order(), recorded.Of("emergence.stage.duration").Select(m => (string)m.Attributes["emergence.stage.name"]!).Distinct().Order());
        Assert.All(recorded.Of("emergence.stage.duration"), m => Assert.True(m.Value >= 0));
        Assert.Equal(stages.Prepend("source").Order(), recorded.Of("emergence.stage.queue.length").Select(m => (string)m.Attributes["emergence.stage.name"]!).Distinct().Order());
        Assert.Contains(recorded.Of("emergence.stage.queue.length"), m => m.Value > 0);
        Assert.Contains(recorded.Of("emergence.checkpoint.waiting"), m => m.Value > 0);
        Assert.All(recorded.All, m => Assert.Equal(told.OfType<RunOpened>().Single().Model, m.Attributes["emergence.model.name"]));
    }

    [Fact]
    public async Task Every_measurement_has_the_name_unit_and_attributes_that_are_declared()
    {
        using var tiny = new TinyRun(_steps);
        using var recorded = new RecordedMeasurements(PipelineInstruments.MeterName, m => (string?)m.Attributes.GetValueOrDefault("emergence.run.name") == "declared");
        await StreamRun.RunAsync(StreamRun.Settings(tiny, "declared"), _ => recorded.Collect());

        var declared = PipelineInstruments.All.ToDictionary(i => i.Name);
        Assert.All(recorded.All, m =>
        {
            var description = declared[m.Instrument.Name];
            Assert.Equal((description.Unit, description.Description), (m.Instrument.Unit, m.Instrument.Description));
            Assert.Equal(description.Attributes.Order(), m.Attributes.Keys.Order());
        });

        // Nothing is dropped in this graph, nor had a tiny model's curve an event; and nothing is announced.
        Assert.Empty(declared.Keys.Where(name => !name.StartsWith("emergence.announcer.", StringComparison.Ordinal)).Except(recorded.All.Select(m => m.Instrument.Name)).Except(["emergence.stage.dropped", "emergence.events"]));
    }

    [Fact]
    public async Task A_checkpoint_that_is_not_used_is_counted_with_the_reason()
    {
        using var tiny = new TinyRun(0, 1);
        tiny.Add(2, hiddenSize: 32);
        using var recorded = new RecordedMeasurements(PipelineInstruments.MeterName, m => (string?)m.Attributes.GetValueOrDefault("emergence.run.name") == "refused");
        await StreamRun.RunAsync(StreamRun.Settings(tiny, "refused"));

        Assert.Equal(["committed", "committed", "checkpoint_refused"], recorded.Of("emergence.checkpoint.outcomes").Select(m => m.Attributes["emergence.checkpoint.outcome"]));
        var refusal = recorded.Of("emergence.events")[^1];
        Assert.Equal(("checkpoint_refused", "error"), ((string)refusal.Attributes["emergence.event.kind"]!, (string)refusal.Attributes["emergence.event.severity"]!));
    }

    [Fact]
    public void A_run_that_has_ended_is_not_asked_any_more()
    {
        using var recorded = new RecordedMeasurements(PipelineInstruments.MeterName, m => (string?)m.Attributes.GetValueOrDefault("emergence.run.name") == "ended");
        var test = new TestGraph();
        test.Collect(test.Count(1));
        using var graph = test.Builder.Build();
        using (new RunTelemetry("ended", new Deaf()).Follow(graph))
            recorded.Collect();
        var before = recorded.All.Count;
        recorded.Collect();

        Assert.Equal(3, before);
        Assert.Equal(before, recorded.All.Count);
    }

    [Fact]
    public void Names_and_units_follow_the_conventions() => Assert.All(PipelineInstruments.All, i =>
    {
        Assert.Matches(@"^emergence(\.[a-z][a-z0-9_]*)+$", i.Name);
        Assert.Matches(@"^(s|1|\{[a-z]+\})$", i.Unit);
        Assert.EndsWith(".", i.Description, StringComparison.Ordinal);
        Assert.All(i.Attributes, a => Assert.Matches(@"^emergence\.[a-z]+\.[a-z]+$", a));
        Assert.True(i.Kind != InstrumentKind.Histogram || i.Unit == "s");
    });

    private sealed class Deaf : IWatchObserver
    {
        public void On(WatchEvent watchEvent)
        {
        }
    }
}
