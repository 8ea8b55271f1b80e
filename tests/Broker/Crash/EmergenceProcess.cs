using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Emergence.Broker.Tests.Crash;

/// <summary>The program in a process of its own, whose output can be watched and which can be killed.</summary>
internal sealed class EmergenceProcess : IDisposable
{
    /// <summary>What a shell calls the end by SIGKILL.</summary>
    public const int Killed = 137;
    private static readonly TimeSpan Watchdog = TimeSpan.FromMinutes(4);
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    private EmergenceProcess(IReadOnlyList<string> arguments, string? folder)
    {
        _process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "emergence.dll"), .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = folder ?? "",
            },
        };
        _process.OutputDataReceived += (_, e) => Take(_output, e.Data);
        _process.ErrorDataReceived += (_, e) => Take(_error, e.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>What it wrote to standard output so far.</summary>
    public string Output => Text(_output);

    /// <summary>What it wrote to standard error so far.</summary>
    public string Error => Text(_error);

    /// <summary>Starts it.</summary>
    /// <param name="arguments">Verb and options.</param>
    /// <param name="folder">Its current folder; null for that of the tests.</param>
    public static EmergenceProcess Start(IReadOnlyList<string> arguments, string? folder = null) => new(arguments, folder);

    /// <summary>Asks it to end. Not by the signal of Ctrl+C, to which a shell makes deaf whatever it starts in the background.</summary>
    public void Stop()
    {
        const int terminate = 15;
        if (!_process.HasExited)
            _ = Signal(_process.Id, terminate);
    }

    /// <summary>Ends it without warning.</summary>
    public void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
    }

    /// <summary>Waits for its end; 137 when it was killed.</summary>
    public async Task<int> ExitAsync()
    {
        using var late = new CancellationTokenSource(Watchdog);
        try
        {
            await _process.WaitForExitAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            Kill();
            Assert.Fail($"the program did not end: {Output}{Error}");
        }

        return _process.ExitCode;
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Signal(int process, int signal);

    private static string Text(StringBuilder text)
    {
        lock (text)
            return text.ToString();
    }

    private void Take(StringBuilder text, string? line)
    {
        if (line is null)
            return;
        lock (text)
            text.AppendLine(line);
    }
}
