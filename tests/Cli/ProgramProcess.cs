using System.Diagnostics;
using Emergence.TestKit.Runs;

namespace Emergence.Cli.Tests;

/// <summary>The program in a process of its own.</summary>
/// <param name="ExitCode">Its exit code; 137 when it was killed, as a shell says.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Error">Its standard error.</param>
internal sealed record ProgramProcess(int ExitCode, string Output, string Error)
{
    /// <summary>Runs <c>watch</c> or <c>replay</c> over tiny checkpoints.</summary>
    /// <param name="verb">The verb.</param>
    /// <param name="tiny">The checkpoints and texts.</param>
    /// <param name="folder">The run folder.</param>
    /// <param name="killAfter">When to kill it without warning; null lets it end.</param>
    /// <param name="more">Further arguments.</param>
    public static async Task<ProgramProcess> RunAsync(string verb, TinyRun tiny, string folder, TimeSpan? killAfter = null, params string[] more)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet",
            [
                Path.Combine(AppContext.BaseDirectory, "emergence.dll"),
                verb, tiny.Checkpoints, "--probe", tiny.Texts.ProbePath, "--text", tiny.Texts.TrainingPath, "--out", folder,
                "--context", $"{TinyModel.Context}", "--batch-rows", "8", "--features", "64", "--k", "4", "--budget", "2048", "--threads", "1", "--json", .. more,
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (killAfter is { } moment)
        {
            using var late = new CancellationTokenSource(moment);
            try
            {
                await process.WaitForExitAsync(late.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill();
            }
        }

        await process.WaitForExitAsync();
        return new ProgramProcess(process.ExitCode, await output, await error);
    }
}
