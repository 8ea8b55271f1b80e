using System.Runtime.InteropServices;
using Emergence.Pipeline.Flow;
using Emergence.Pipeline.Stopping;
using Emergence.Pipeline.Tests.Flow;

namespace Emergence.Pipeline.Tests.Stopping;

public sealed partial class StopSignalsTests
{
    private readonly List<string> _asked = [];
    private readonly Dictionary<PosixSignal, Action<PosixSignalContext>> _handlers = [];

    [Theory]
    [InlineData(PosixSignal.SIGINT, PosixSignal.SIGINT)]
    [InlineData(PosixSignal.SIGTERM, PosixSignal.SIGTERM)]
    [InlineData(PosixSignal.SIGINT, PosixSignal.SIGTERM)]
    public void The_first_signal_drains_the_second_aborts_and_the_third_is_the_systems(PosixSignal first, PosixSignal second)
    {
        using var signals = Listen();
        Assert.False(signals.Interrupted);

        Assert.True(Raise(first));
        Assert.Equal(["drain"], _asked);
        Assert.True(signals.Interrupted);

        Assert.True(Raise(second));
        Assert.Equal(["drain", "abort"], _asked);

        Assert.False(Raise(first));
        Assert.Equal(["drain", "abort"], _asked);
    }

    [Fact]
    public void After_disposal_nothing_is_listened_to()
    {
        var signals = Listen();
        var handler = _handlers[PosixSignal.SIGINT];
        signals.Dispose();
        Assert.Empty(_handlers);

        // A signal that was on its way while the registration went.
        var context = new PosixSignalContext(PosixSignal.SIGINT);
        handler(context);
        Assert.False(context.Cancel);
        Assert.Empty(_asked);
        Assert.False(signals.Interrupted);
    }

    [Fact]
    public async Task A_signal_drains_a_running_graph()
    {
        var test = new TestGraph();
        test.Collect(test.Endless());
        using var graph = test.Builder.Build();
        using var signals = new StopSignals(graph.RequestStop, graph.Abort, Register);
        var run = graph.EndsAsync();
        while (graph.Snapshot()[1].In < 100)
        {
            await Task.Yield();
        }

        Raise(PosixSignal.SIGTERM);
        Assert.Equal(GraphOutcome.Drained, await run);
        Assert.Equal(graph.Snapshot()[0].In, test.Seen.Count);
        test.Leases.ThrowIfAny();
    }

    [Fact]
    public async Task A_signal_of_the_system_arrives_and_does_not_end_the_process()
    {
        var drained = new TaskCompletionSource();
        var aborted = new TaskCompletionSource();
        using var signals = new StopSignals(drained.SetResult, aborted.SetResult);
        Assert.Equal(0, Kill(Environment.ProcessId, Sigterm));
        await drained.Task.Comes();
        Assert.Equal(0, Kill(Environment.ProcessId, Sigterm));
        await aborted.Task.Comes();
    }

    private const int Sigterm = 15;

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    private StopSignals Listen() => new(() => _asked.Add("drain"), () => _asked.Add("abort"), Register);

    private Registration Register(PosixSignal signal, Action<PosixSignalContext> handler)
    {
        _handlers.Add(signal, handler);
        return new Registration(() => _handlers.Remove(signal));
    }

    /// <summary>Raises a signal; whether the program keeps it from ending the process.</summary>
    private bool Raise(PosixSignal signal)
    {
        var context = new PosixSignalContext(signal);
        _handlers[signal](context);
        return context.Cancel;
    }

    private sealed class Registration(Action remove) : IDisposable
    {
        public void Dispose() => remove();
    }
}
