using System.Diagnostics;

namespace Emergence.Cli.Demo;

/// <summary>
/// The trainer in a process of its own. It ends when this process does, however that happens: its standard input is a pipe
/// from here, and it stops when that closes.
/// </summary>
internal sealed class TrainerProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task _lines;

    private TrainerProcess(Process process, Action<string> onLine)
    {
        _process = process;
        _lines = Task.WhenAll(ReadAsync(process.StandardOutput, onLine), ReadAsync(process.StandardError, onLine));
    }

    /// <summary>Starts it.</summary>
    /// <param name="program">This program's file.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="threads">Cores it may use.</param>
    /// <param name="onLine">Told each line it prints.</param>
    public static TrainerProcess Start(string program, IEnumerable<string> arguments, int threads, Action<string> onLine)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["OMP_NUM_THREADS"] = threads.ToString();

        // Two processes whose threads spin at barriers slow each other tenfold.
        start.Environment.TryAdd("OMP_WAIT_POLICY", "passive");
        return new TrainerProcess(Process.Start(start)!, onLine);
    }

    /// <summary>Waits until it has ended.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync();
        await _lines;
        return _process.ExitCode;
    }

    /// <summary>Asks it to save its state and end.</summary>
    public void Stop()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended already.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static async Task ReadAsync(StreamReader reader, Action<string> onLine)
    {
        while (await reader.ReadLineAsync() is { } line)
            onLine(line);
    }
}
