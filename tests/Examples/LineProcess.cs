using System.Collections.Concurrent;
using System.Diagnostics;

namespace Emergence.Examples.Tests;

/// <summary>A process whose lines are heard while it runs. Disposing it ends it, should it still run.</summary>
internal sealed class LineProcess : IDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = [];
    private readonly ConcurrentQueue<string> _error = [];
    private readonly Task _ended;

    /// <summary>Starts it.</summary>
    /// <param name="start">What to start; all three streams redirected.</param>
    /// <param name="onLine">Called with each line of either stream, from any thread.</param>
    public LineProcess(ProcessStartInfo start, Action<string>? onLine = null)
    {
        _process = Process.Start(start)!;
        _ended = Task.WhenAll(HearAsync(_process.StandardOutput, _output, onLine), HearAsync(_process.StandardError, _error, onLine), _process.WaitForExitAsync());
    }

    /// <summary>What it wrote to its standard output so far.</summary>
    public string Output => string.Join('\n', _output);

    /// <summary>What it wrote to its standard error so far.</summary>
    public string Error => string.Join('\n', _error);

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>Its exit code, once it has ended.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>Waits until it ended and all its lines were heard.</summary>
    public Task EndAsync() => _ended;

    /// <summary>Writes it a line; nothing happens when it has ended meanwhile.</summary>
    public void Tell(string line)
    {
        try
        {
            _process.StandardInput.WriteLine(line);
            _process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // Nobody reads it any more.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private static async Task HearAsync(StreamReader stream, ConcurrentQueue<string> lines, Action<string>? onLine)
    {
        while (await stream.ReadLineAsync() is { } line)
        {
            lines.Enqueue(line);
            onLine?.Invoke(line);
        }
    }
}
