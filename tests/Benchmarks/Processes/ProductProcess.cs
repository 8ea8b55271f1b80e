using System.Diagnostics;

namespace Emergence.Benchmarks.Processes;

/// <summary>A process of the product, or of the test broker, whose lines can be waited for.</summary>
internal sealed class ProductProcess : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(9);
    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly SemaphoreSlim _more = new(0);

    private ProductProcess(Process process) => _process = process;

    /// <summary>What it has written.</summary>
    public string Text
    {
        get
        {
            lock (_lines)
            {
                return string.Join(Environment.NewLine, _lines);
            }
        }
    }

    /// <summary>Seconds of processor time it has used; to be asked before its end.</summary>
    public double ProcessorSeconds
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime.TotalSeconds;
        }
    }

    /// <summary>Starts one.</summary>
    /// <param name="core">The only core it may use; null for any.</param>
    /// <param name="folder">Its current folder.</param>
    /// <param name="project">Whose program: <c>Cli/release/emergence.dll</c>.</param>
    /// <param name="arguments">Its arguments.</param>
    public static ProductProcess Start(int? core, string folder, string project, params IEnumerable<string> arguments) => Start(core, folder, project, [], arguments);

    /// <summary>Starts one with variables of its own.</summary>
    /// <param name="core">The only core it may use; null for any.</param>
    /// <param name="folder">Its current folder.</param>
    /// <param name="project">Whose program: <c>Cli/release/emergence.dll</c>.</param>
    /// <param name="environment">Variables added to this process's.</param>
    /// <param name="arguments">Its arguments.</param>
    public static ProductProcess Start(int? core, string folder, string project, IEnumerable<(string Name, string Value)> environment, IEnumerable<string> arguments)
    {
        var program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", project));
        string[] command = [.. core is { } c ? new[] { "taskset", "-c", $"{c}" } : [], "dotnet", program, .. arguments];
        var started = new ProductProcess(new Process
        {
            StartInfo = new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true },
        });
        foreach (var (name, value) in environment)
        {
            started._process.StartInfo.Environment[name] = value;
        }

        started._process.OutputDataReceived += (_, line) => started.Add(line.Data);
        started._process.ErrorDataReceived += (_, line) => started.Add(line.Data);
        started._process.Start();
        started._process.BeginOutputReadLine();
        started._process.BeginErrorReadLine();
        return started;
    }

    /// <summary>Waits for a line.</summary>
    /// <param name="part">What it has in it.</param>
    /// <returns>The line.</returns>
    public string WaitFor(string part)
    {
        string? found = null;
        WaitUntil(
            () =>
            {
                lock (_lines)
                {
                    return (found = _lines.Find(l => l.Contains(part, StringComparison.Ordinal))) is not null;
                }
            },
            $"it says \"{part}\"");
        return found!;
    }

    /// <summary>Waits until something holds, while the process runs.</summary>
    /// <param name="holds">Whether it does.</param>
    /// <param name="what">What, for messages.</param>
    public void WaitUntil(Func<bool> holds, string what)
    {
        var start = Stopwatch.GetTimestamp();
        while (!holds())
        {
            if (_process.HasExited && !_more.Wait(TimeSpan.FromSeconds(1)) && !holds())
            {
                throw new InvalidOperationException($"it ended before this: {what}{Environment.NewLine}{Text}");
            }

            _more.Wait(TimeSpan.FromMilliseconds(100));
            if (Stopwatch.GetElapsedTime(start) > s_patience)
            {
                throw new TimeoutException($"it never came to this: {what}{Environment.NewLine}{Text}");
            }
        }
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code.</returns>
    public int WaitForEnd()
    {
        if (!_process.WaitForExit(s_patience))
        {
            throw new TimeoutException($"it does not end:{Environment.NewLine}{Text}");
        }

        return _process.ExitCode;
    }

    /// <summary>Asks it to end, and waits. Not by the signal of Ctrl+C, to which a shell makes deaf whatever it starts in the background.</summary>
    public int Stop()
    {
        if (!_process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
            kill.WaitForExit();
        }

        return WaitForEnd();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
        _more.Dispose();
    }

    private void Add(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_lines)
        {
            _lines.Add(line);
        }

        _more.Release();
    }
}
