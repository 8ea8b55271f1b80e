using Emergence.Cli.Live;
using Emergence.Cli.Runs;
using Emergence.Cli.Tests.Runs;
using Emergence.Pipeline.Progress;
using Emergence.Stages.Curves;

namespace Emergence.Cli.Tests.Live;

public sealed class LiveScreenTests : IDisposable
{
    private readonly FixedTerminal _terminal = new(80, 24);
    private readonly ManualTime _time = new();
    private readonly RunRecord _record = new();
    private readonly LiveScreen _screen;

    public LiveScreenTests() => _screen = new LiveScreen(_terminal.Console, _record, _time);

    public void Dispose() => _screen.Dispose();

    [Fact]
    public void At_80_by_24_everything_is_there_and_nothing_is_wider_or_higher()
    {
        TellHalfARun();
        var lines = _terminal.Screen();
        var all = string.Join('\n', lines);

        Assert.True(lines.Length <= 24, all);
        Assert.All(lines, line => Assert.True(line.Length <= 80, line));
        Assert.Contains("3 committed", lines[0]);
        Assert.Matches(@"step 64 +━+─+ +50%  training SAEs 12.0k/24.0k tokens", all);
        Assert.Contains("lag 4.0 s  ·  1 waiting  ·  trainer: step 80 loss 6.1", all);
        Assert.Matches(@"loss  7.070  █▄▁  from 8.300  ·  weights moved 1.2 ?%", all);
        Assert.Matches(@"layer +0 +1\n *fvu +0.500 +0.250\n *dead +2.0% +2.0%", all);
        Assert.Matches(@"pos/noun +0.1\d +0.\d\d .*▁?.* 0 +4\b", all);
        Assert.True(all.IndexOf("pos/noun", StringComparison.Ordinal) < all.IndexOf("pos/modal", StringComparison.Ordinal), "what has risen more stands first");
    }

    [Fact]
    public void A_frame_replaces_the_one_before_it()
    {
        TellHalfARun();
        var before = _terminal.Screen().Length;
        for (var i = 0; i < 5; i++)
            _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(before, _terminal.Screen().Length);
        Assert.Contains("0:05", _terminal.Screen()[0]);
    }

    [Theory]
    [InlineData(40, 10)]
    [InlineData(20, 3)]
    [InlineData(200, 60)]
    public void A_resized_terminal_is_drawn_anew_in_its_new_size(int width, int height)
    {
        TellHalfARun();
        (_terminal.Width, _terminal.Height) = (width, height);
        _time.Advance(TimeSpan.FromSeconds(1));
        var lines = _terminal.Screen();
        Assert.True(lines.Length <= height, string.Join('\n', lines));
        Assert.All(lines, line => Assert.True(line.Length <= width, line));
        Assert.StartsWith("emergence", lines[0]);
        Assert.Equal(width >= 40, lines[0].EndsWith("3 committed  0:01", StringComparison.Ordinal));
        Assert.True(lines.Length < 2 || lines[1].StartsWith("step 64", StringComparison.Ordinal), "no line is wrapped: " + string.Join('\n', lines));
    }

    [Fact]
    public void A_skipped_checkpoint_stays_above_the_frame_and_the_end_leaves_only_it()
    {
        TellHalfARun();
        Tell(new CheckpointSkipped(new EventRow(EventKind.CheckpointRefused, EventSeverity.Error, 65, null, null, null, null, "{}", "step-65 is a copy of step 64")));
        Assert.Equal("skipped: step-65 is a copy of step 64", _terminal.Screen()[0]);
        Assert.StartsWith("emergence", _terminal.Screen()[1]);

        _screen.Dispose();
        Assert.Equal(["skipped: step-65 is a copy of step 64", ""], _terminal.Screen());
        Assert.EndsWith("\u001b[?25h", _terminal.Written);
    }

    [Fact]
    public void Text_from_outside_is_neither_markup_nor_a_control_sequence()
    {
        Tell(SampleRun.Opened("runs/x") with { Run = "[red]x[/]", Model = "m\u001b[2Jm" });
        Tell(new CompanionLine("trainer", "[/] 50% \u0007done"));
        var lines = _terminal.Screen();
        Assert.Contains("[red]x[/]", lines[0]);
        Assert.Contains("m[2Jm", lines[0]);
        Assert.Contains("trainer: [/] 50% done", string.Join('\n', lines));
    }

    [Fact]
    public void Progress_is_drawn_ten_times_a_second_at_most()
    {
        TellHalfARun();
        var before = _terminal.Written.Length;
        for (var i = 0; i < 100; i++)
            Tell(new CheckpointProgress(64, CheckpointPhase.Train, i, 100, 0));
        Assert.Equal(before, _terminal.Written.Length);
    }

    private void TellHalfARun()
    {
        Tell(SampleRun.Opened("runs/sample", SampleRun.Result(0)));
        Tell(SampleRun.Committed(4));
        Tell(SampleRun.Committed(16, waiting: 2));
        Tell(new CompanionLine("trainer", "step 80 loss 6.1"));
        _time.Advance(TimeSpan.Zero);
        Tell(new CheckpointProgress(64, CheckpointPhase.Train, 12_000, 24_000, 1));
        _time.Advance(TimeSpan.Zero);
    }

    private void Tell(WatchEvent watchEvent)
    {
        _record.On(watchEvent);
        _screen.On(watchEvent);
    }
}
