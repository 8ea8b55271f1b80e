using Emergence.Cli.Runs;

namespace Emergence.Cli.Tests.Runs;

public sealed class ConsoleSignalsTests
{
    [Fact]
    public void The_first_signal_drains_the_second_aborts_and_the_third_is_the_systems()
    {
        var said = new List<string>();
        using var signals = new ConsoleSignals(said.Add);
        var stop = signals.Signals;

        Assert.True(signals.Next());
        Assert.Equal((true, false), (stop.Drain.IsCancellationRequested, stop.Abort.IsCancellationRequested));
        Assert.True(signals.Next());
        Assert.True(stop.Abort.IsCancellationRequested);
        Assert.False(signals.Next());
        Assert.Equal(2, said.Count);
    }
}
