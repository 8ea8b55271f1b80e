using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Emergence.Benchmarks.Tokens;

/// <summary>The tokenizers library in a process of its own (<c>speed.mjs</c>), measured round by round.</summary>
internal sealed class LibraryWorker : IDisposable
{
    private readonly Process _process;
    private readonly string _texts = Path.GetTempFileName();

    /// <summary>Starts it and waits until it has loaded everything.</summary>
    public LibraryWorker(string folder, string tokenizer, IReadOnlyList<string> documents)
    {
        File.WriteAllText(_texts, JsonSerializer.Serialize(documents));
        var start = new ProcessStartInfo("node", ["speed.mjs", tokenizer, _texts]) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true };
        _process = Process.Start(start)!;
        if (_process.StandardOutput.ReadLine() != "ready")
        {
            throw new InvalidOperationException($"the tokenizers library cannot be loaded: (cd '{folder}' && npm ci)");
        }
    }

    /// <summary>Runs one round.</summary>
    /// <returns>The seconds that it took and the number of tokens.</returns>
    public (double Seconds, int Tokens) Round()
    {
        _process.StandardInput.WriteLine();
        var answer = _process.StandardOutput.ReadLine()!.Split(' ');
        return (double.Parse(answer[0], CultureInfo.InvariantCulture), int.Parse(answer[1], CultureInfo.InvariantCulture));
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
        File.Delete(_texts);
    }
}
