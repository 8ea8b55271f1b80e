using System.Text.Json.Nodes;
using Emergence.Sinks.Arrow;
using Emergence.Sinks.RunFolder;

namespace Emergence.Cli.Tests.Runs;

/// <summary>The sample run committed to a run folder.</summary>
internal static class CommittedRun
{
    public static RunFolderStore Open(string folder) => RunFolderStore.Open(
        folder, new RunDescription(new RunIdentity("sample", "gpt-neox-4x128", 1_840_000, "1", "emergence 0.1.0"), new JsonObject { ["k"] = 32 }), TimeProvider.System);

    public static void Commit(RunFolderStore store, long step) =>
        store.Commit(SampleRun.Result(step), new CommitDetails($"hash{step}", 5, new Dictionary<string, double>(), new Dictionary<string, long>()), new Dictionary<string, Action<string>>());

    public static string In(string folder, params long[] steps)
    {
        using var store = Open(folder);
        foreach (var step in steps)
            Commit(store, step);
        return folder;
    }
}
