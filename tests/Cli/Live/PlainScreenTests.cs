using Emergence.Cli.Live;
using Emergence.Cli.Runs;
using Emergence.Cli.Tests.Runs;
using Emergence.Pipeline.Progress;

namespace Emergence.Cli.Tests.Live;

public sealed class PlainScreenTests
{
    [Fact]
    public void Each_event_is_a_line_and_progress_one_every_ten_seconds()
    {
        var time = new ManualTime();
        var record = new RunRecord();
        using var output = new StringWriter();
        using var screen = new PlainScreen(output, record, time);
        void Tell(WatchEvent e)
        {
            record.On(e);
            screen.On(e);
        }

        Tell(SampleRun.Opened("runs/sample"));
        Tell(new CheckpointProgress(0, CheckpointPhase.Train, 1000, 60_000, 0));
        time.Advance(TimeSpan.FromSeconds(11));
        Tell(new CheckpointProgress(0, CheckpointPhase.Train, 30_000, 60_000, 3));
        Tell(new CheckpointProgress(0, CheckpointPhase.Train, 31_000, 60_000, 3));
        Tell(SampleRun.Committed(0, waiting: 2));
        Tell(SampleRun.Committed(4));
        Tell(new BrokerLost(DateTimeOffset.UnixEpoch, "nobody is there"));
        Tell(new BrokerFound(DateTimeOffset.UnixEpoch));
        Tell(new StepPublished(0, 12, 1));
        Tell(new LayerCurvesComputed(4, null, 0, []));
        Tell(new PublishingEnded(0, 1, 0));
        Tell(new RunEnded(12, false));

        string[] expected =
        [
            "run sample: gpt-neox-4x128, 1.84M parameters, layers 0,1, 0 checkpoints committed before; folder runs/sample",
            "step 0: training SAEs 30.0k/60.0k tokens, 3 waiting",
            "step 0: committed (1) in 2.5 s, lag 4.0 s, 2 waiting, loss 8.300, L0 fvu 0.500 dead 2 %, L1 fvu 0.250 dead 2 %",
            "step 4: committed (2) in 2.5 s, lag 4.0 s, loss 7.601, weights moved 1.2 %, L0 fvu 0.500 dead 2 %, L1 fvu 0.250 dead 2 %",
            "nothing has gone through to the broker since 00:00:00 UTC (nobody is there); work goes on into the run folder",
            "the broker answers again (away since 00:00:00 UTC)",
            "step 0: published, 1 to go",
            "1 commit is not published",
            "ended after 12.0 s",
        ];
        Assert.Equal(expected, output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Replace("2%", "2 %", StringComparison.Ordinal)));
    }
}
