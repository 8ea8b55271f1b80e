using System.Diagnostics;
using System.Globalization;

namespace Emergence.Benchmarks.Sae.Workers;

/// <summary>
/// A process that trains, or multiplies, when told to: a command on a line, an answer on a line. It stays alive between commands, so that
/// rounds alternate without restarts, and its greatest memory is its own.
/// </summary>
internal sealed class Worker : IDisposable
{
    private readonly Process _process;

    /// <param name="name">What tables call it.</param>
    /// <param name="start">How it is started.</param>
    public Worker(string name, ProcessStartInfo start)
    {
        Name = name;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        _process = Process.Start(start)!;
    }

    public string Name { get; }

    /// <summary>Seconds of processor time so far, on all its threads; 0 when it has ended.</summary>
    public double ProcessorSeconds
    {
        get
        {
            try
            {
                return _process.TotalProcessorTime.TotalSeconds;
            }
            catch (InvalidOperationException)
            {
                return 0;
            }
        }
    }

    /// <summary>Sends a command and waits for its answer: numbers, or none.</summary>
    /// <exception cref="WorkerException">The worker cannot do it, or has ended.</exception>
    public double[] Ask(string command) => [.. Words(command).Select(word => double.Parse(word, CultureInfo.InvariantCulture))];

    /// <summary>As <see cref="Ask"/>, for answers that are words.</summary>
    public string[] Words(string command)
    {
        try
        {
            _process.StandardInput.WriteLine(command);
            _process.StandardInput.Flush();
        }
        catch (IOException)
        {
            throw new WorkerException($"{Name} has ended");
        }

        // Other lines are the libraries' own.
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            switch (line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                case ["=", .. var words]:
                    return words;
                case ["!", .. var words]:
                    throw new WorkerException(string.Join(' ', words));
            }
        }

        throw new WorkerException($"{Name} ended at \"{command}\"");
    }

    /// <summary>Ends it: a worker ends with its standard input.</summary>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
