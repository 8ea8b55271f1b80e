using System.Diagnostics;
using System.Text.Json;
using Emergence.TestKit.Runs;

namespace Emergence.Cli.Tests.Commands;

/// <summary>The program itself, killed without warning at random moments and started again with the same command.</summary>
public sealed class KillTests
{
    /// <summary>Kills per verb: twenty in all.</summary>
    private const int Kills = 10;
    private static readonly long[] s_steps = [0, 1, 2, 4, 8, 16];

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

        // One folder is killed again and again until a start comes to its end; then the next folder.
        var random = new Random(verb.Length);
        for (var (killed, round) = (0, 0); killed < Kills; round++)
        {
            var name = $"killed{round}";
            while (killed < Kills && await RunAsync(verb, tiny, name, whole * (0.1 + (0.9 * random.NextDouble()))) == 137)
            {
                killed++;
            }

            Assert.Equal(0, await RunAsync(verb, tiny, name, killAfter: null));
            Assert.Empty(TinyRun.Differences(expected, TinyRun.Curves(Folder(tiny, name))));
            Assert.Empty(Directory.EnumerateFileSystemEntries(Folder(tiny, name), ".tmp-*"));
        }
    }

    /// <summary>A run folder; the last part is the run's name, which is in every table.</summary>
    private static string Folder(TinyRun tiny, string place) => Path.Combine(tiny.Run(place), "run");

    private static async Task<int> RunAsync(string verb, TinyRun tiny, string place, TimeSpan? killAfter)
    {
        string[] end = verb == "watch" ? ["--until-step", $"{s_steps[^1]}"] : [];
        var process = await ProgramProcess.RunAsync(verb, tiny, Folder(tiny, place), killAfter, end);
        if (process.ExitCode == 0)
        {
            using var summary = JsonDocument.Parse(process.Output);
            Assert.Equal(s_steps.Length, summary.RootElement.GetProperty("checkpoints").GetInt32());
        }
        else
        {
            Assert.True(process.ExitCode == 137, $"exit code {process.ExitCode}: {process.Error}");
        }

        return process.ExitCode;
    }
}
