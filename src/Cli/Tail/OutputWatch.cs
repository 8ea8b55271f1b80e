namespace Emergence.Cli.Tail;

/// <summary>Looks from time to time whether somebody still reads standard output: rows may not come for hours, and then no write would tell.</summary>
internal sealed class OutputWatch : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private readonly CancellationTokenSource _gone = new();
    private readonly Func<bool> _isGone;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private bool _disposed;

    private OutputWatch(CliHost host)
    {
        _isGone = host.IsOutputGone;
        _timer = host.Time.CreateTimer(_ => Look(), null, Pause, Pause);
    }

    /// <summary>Cancelled once nobody reads any more.</summary>
    public CancellationToken Gone => _gone.Token;

    /// <summary>Begins to look.</summary>
    /// <param name="host">The program's surroundings.</param>
    public static OutputWatch Begin(CliHost host) => new(host);

    /// <summary>Looks now.</summary>
    /// <returns>Whether nobody reads any more.</returns>
    public bool Look()
    {
        lock (_lock)
        {
            if (!_disposed && !_gone.IsCancellationRequested && _isGone())
                _gone.Cancel();
            return _gone.IsCancellationRequested;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
        lock (_lock)
        {
            _disposed = true;
            _gone.Dispose();
        }
    }
}
