using Emergence.Cli.Commands;
using Emergence.Cli.Tests.Runs;
using Emergence.Stages.Tokens.Training;

namespace Emergence.Cli.Tests.Commands;

public sealed class ReplayCommandTests : IDisposable
{
    private readonly ProgramHarness _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public async Task Replay_takes_a_range_of_steps_and_does_not_follow()
    {
        var run = new ScriptedRun();
        Assert.Equal(0, await Replay(run, "--from-step", "1", "--to-step", "512", "--every", "2"));
        Assert.Equal((false, 1L, 512L, 2), (run.Watch!.Follow, run.Watch.FromStep, run.Watch.ToStep, run.Watch.Every));
    }

    [Fact]
    public async Task A_range_that_ends_before_it_begins_is_refused()
    {
        Assert.Equal(2, await Replay(new ScriptedRun(), "--from-step", "9", "--to-step", "3", "--every", "0"));
        Assert.Contains("--to-step: 3 lies before --from-step 9", _program.Error);
        Assert.Contains("--every: 0 is out of range. use at least 1", _program.Error, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Until_step_belongs_to_watch_only() => Assert.Equal(2, await Replay(new ScriptedRun(), "--until-step", "9"));

    [Fact]
    public async Task How_texts_are_stored_is_said_with_settings()
    {
        var run = new ScriptedRun();
        Assert.Equal(0, await Replay(run, "--token-type", "uint32", "--probe-columns", "word,pos"));
        Assert.Equal((TokenType.UInt32, "word,pos"), (run.Watch!.TokenType, run.Watch.ProbeColumns));
        Assert.Equal(0, await Replay(run));
        Assert.Equal((null, null), (run.Watch!.TokenType, run.Watch.ProbeColumns));
        Assert.Equal(2, await Replay(run, "--token-type", "uint8", "--probe-columns", "pos"));
        Assert.Contains("\"uint8\" is not uint16 or uint32", _program.Error);
        Assert.Contains("--probe-columns: exactly one column is called 'word'", _program.Error);
    }

    [Theory]
    [InlineData("--poll")]
    [InlineData("--settle")]
    [InlineData("--when-behind")]
    public async Task What_is_about_waiting_belongs_to_watch_only(string option) => Assert.Equal(2, await Replay(new ScriptedRun(), option, "1"));

    [Fact]
    public async Task Replay_takes_patterns_markers_a_tokenizer_and_late_steps_too()
    {
        var run = new ScriptedRun();
        Assert.Equal(0, await Replay(run, "--pattern", "m([0-9]+)", "--marker", "DONE", "--tokenizer", _program.File("t.json", "{}"), "--late", "insert"));
        Assert.Equal(("m([0-9]+)", "DONE", Pipeline.Settings.LatePolicy.Insert), (run.Watch!.Pattern, run.Watch.Marker, run.Watch.Late));
    }

    private Task<int> Replay(ScriptedRun run, params string[] more) => _program.RunAsync(
        ReplayCommand.Create(_program.Host, run, _ => null),
        ["replay", _program.SubFolder("c"), "--probe", _program.File("p", ""), "--text", _program.File("t", ""), .. more]);
}
