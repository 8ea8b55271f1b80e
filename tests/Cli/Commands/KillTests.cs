using System.Diagnostics;
using System.Text.Json;
using Emergence.TestKit.Runs;

namespace Emergence.Cli.Tests.Commands;

/// <summary>The program itself, killed without warning at random moments and started again with the same command.</summary>
public sealed class KillTests
{
    private const int Kills = 20;
    private static readonly long[] s_steps = [0, 1, 2, 4, 8, 16, 32, 64];

    [Theory]
    [InlineData("replay")]
    [InlineData("watch")]
    public async Task A_run_killed_at_random_moments_ends_with_the_curves_of_an_undisturbed_one(string verb)
    {
        using var tiny = new TinyRun(s_steps);
        var clock = Stopwatch.StartNew();
        Assert.Equal(0, await RunAsync(verb, tiny, "undisturbed", killAfter: null));
        var whole = clock.Elapsed;
        var expected = TinyRun.Curves(Folder(tiny, "undisturbed"));
        Assert.Equal(4 * s_steps.Length, expected.Count);

        // Both verbs together are killed twenty times, moments spread over everything a start does, as often as not in its last tenth.
        var random = new Random(verb.Length);
        var killed = 0;
        for (var round = 0; killed < Kills / 2; round++)
        {
            var name = $"killed{round}";
            while (killed < Kills / 2)
            {
                if (await RunAsync(verb, tiny, name, whole * (0.1 + (0.9 * random.NextDouble()))) != 137)
                {
                    break;
                }

                killed++;
            }

            Assert.Equal(0, await RunAsync(verb, tiny, name, killAfter: null));
            Assert.Empty(TinyRun.Differences(expected, TinyRun.Curves(Folder(tiny, name))));
            Assert.Empty(Directory.EnumerateFileSystemEntries(Folder(tiny, name), ".tmp-*"));
        }
    }

    /// <summary>A run folder; the last part is the run's name, which is in every table.</summary>
    private static string Folder(TinyRun tiny, string place) => Path.Combine(tiny.Run(place), "run");

    /// <summary>Runs the program to its end, or kills it after a while (then 137 is returned, as a shell says).</summary>
    private static async Task<int> RunAsync(string verb, TinyRun tiny, string run, TimeSpan? killAfter)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "emergence.dll");
        string[] end = verb == "watch" ? ["--until-step", $"{s_steps[^1]}"] : [];
        using var process = Process.Start(new ProcessStartInfo("dotnet",
            [
                program, verb, tiny.Checkpoints, "--probe", tiny.Texts.ProbePath, "--text", tiny.Texts.TrainingPath, "--out", Folder(tiny, run),
                "--context", $"{TinyModel.Context}", "--batch-rows", "8", "--features", "64", "--k", "4", "--budget", "2048", "--threads", "1", "--json", .. end,
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
        var said = await error;
        if (process.ExitCode == 0)
        {
            using var summary = JsonDocument.Parse(await output);
            Assert.Equal(s_steps.Length, summary.RootElement.GetProperty("checkpoints").GetInt32());
        }
        else
        {
            Assert.True(process.ExitCode == 137, $"exit code {process.ExitCode}: {said}");
        }

        return process.ExitCode;
    }
}
