using Emergence.Cli.Commands;
using Emergence.Cli.Tests.Runs;
using Emergence.Pipeline.Settings;

namespace Emergence.Cli.Tests.Commands;

public sealed class DemoCommandTests : IDisposable
{
    private readonly ProgramHarness _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public async Task Options_reach_the_demo()
    {
        var run = new ScriptedRun();
        Assert.Equal(0, await _program.RunAsync(DemoCommand.Create(_program.Host, run, _ => null), "demo", "--quick", "--out", "d", "--seed", "3"));
        Assert.Equal(new DemoSettings { Quick = true, Out = "d", Seed = 3 }, run.Demo);
    }

    [Fact]
    public async Task Quick_and_full_demo_have_folders_of_their_own()
    {
        var run = new ScriptedRun();
        await _program.RunAsync(DemoCommand.Create(_program.Host, run, _ => null), "demo");
        Assert.Equal(Path.Combine("runs", "demo"), run.Demo!.Out);
        await _program.RunAsync(DemoCommand.Create(_program.Host, run, _ => null), "demo", "--quick");
        Assert.Equal(Path.Combine("runs", "demo-quick"), run.Demo!.Out);
    }
}
