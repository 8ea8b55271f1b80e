using System.Runtime.InteropServices;

namespace Emergence.Cli.Runs;

/// <summary>Turns Ctrl+C and SIGTERM into <see cref="StopSignals"/>: first drain, then abort, then the system's own way.</summary>
internal sealed class ConsoleSignals : IDisposable
{
    private readonly CancellationTokenSource _drain = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly PosixSignalRegistration[] _registrations;
    private readonly Action<string> _say;
    private int _count;

    /// <summary>Begins to listen.</summary>
    /// <param name="say">Tells the person what it does.</param>
    public ConsoleSignals(Action<string> say)
    {
        _say = say;
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal), PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal)];
    }

    /// <summary>What a run listens to.</summary>
    public StopSignals Signals => new(_drain.Token, _abort.Token);

    /// <summary>Takes one signal; false when it is one too many and the system should act.</summary>
    public bool Next()
    {
        switch (Interlocked.Increment(ref _count))
        {
            case 1:
                _say("stopping: the checkpoint in work is finished first; once more stops at once");
                // Not on the signal's own thread, which what is cancelled might keep.
                _ = _drain.CancelAsync();
                return true;
            case 2:
                _say("stopping at once; what is committed stays");
                _ = _drain.CancelAsync();
                _ = _abort.CancelAsync();
                return true;
            default:
                return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _drain.Dispose();
        _abort.Dispose();
    }

    private void OnSignal(PosixSignalContext context) => context.Cancel = Next();
}
