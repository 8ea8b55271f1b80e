using System.Runtime.InteropServices;

namespace Emergence.Pipeline.Stopping;

/// <summary>
/// Turns Ctrl+C and SIGTERM into an orderly end. The first asks to drain: stop the source, finish and commit what is in work, exit
/// with code 130. The second asks to abort. A third is not held back: the system ends the process.
/// </summary>
/// <remarks>
/// Any mix of the two signals counts. The callbacks run one at a time on a thread of the pool, must return quickly and must not throw;
/// <c>graph.RequestStop</c> and <c>graph.Abort</c> are made for it.
/// </remarks>
public sealed class StopSignals : IDisposable
{
    private readonly Action _drain;
    private readonly Action _abort;
    private readonly Lock _gate = new();
    private readonly List<IDisposable> _registrations = [];
    private int _received;
    private bool _disposed;

    /// <summary>Listens from now until disposed.</summary>
    /// <param name="drain">Called at the first signal.</param>
    /// <param name="abort">Called at the second.</param>
    public StopSignals(Action drain, Action abort)
        : this(drain, abort, PosixSignalRegistration.Create)
    {
    }

    internal StopSignals(Action drain, Action abort, Func<PosixSignal, Action<PosixSignalContext>, IDisposable> register)
    {
        _drain = drain;
        _abort = abort;
        _registrations.Add(register(PosixSignal.SIGINT, Handle));
        _registrations.Add(register(PosixSignal.SIGTERM, Handle));
    }

    /// <summary>Whether a signal came: a run that then ends well ends with <see cref="ExitCodeWhenInterrupted"/>.</summary>
    public bool Interrupted => Volatile.Read(ref _received) > 0;

    /// <summary>Exit code of a program that was interrupted and drained cleanly: 128 plus the number of SIGINT.</summary>
    public const int ExitCodeWhenInterrupted = 130;

    /// <summary>Stops listening; signals do again what they did before.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
        }

        // A handler that is on its way sees the flag and leaves the signal to the system.
        _registrations.ForEach(r => r.Dispose());
    }

    private void Handle(PosixSignalContext context)
    {
        lock (_gate)
        {
            if (_disposed || _received == 2)
            {
                return;
            }

            context.Cancel = true;
            _received++;
            (_received == 1 ? _drain : _abort)();
        }
    }
}
