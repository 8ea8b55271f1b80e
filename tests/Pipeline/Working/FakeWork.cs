using System.Text.Json.Nodes;
using Emergence.Pipeline.Announcing;
using Emergence.Pipeline.Working;
using Emergence.Sinks.Arrow;
using Emergence.Sinks.RunFolder;
using Emergence.Stages.Curves;

namespace Emergence.Pipeline.Tests.Working;

/// <summary>A group's run that measures nothing: a checkpoint's rows follow from its step and layer, and are committed to a real run folder.</summary>
/// <param name="store">The run folder.</param>
/// <param name="layers">The group's layers.</param>
/// <param name="reach">Called before and behind each commit: where the process may die, or be slow.</param>
internal sealed class FakeWork(RunFolderStore store, IReadOnlyList<int> layers, Func<string, CancellationToken, Task> reach) : IGroupWork
{
    public RunFolderReader Reader => store.Reader;

    public async Task WorkAsync(AnnouncedWork work, CancellationToken abort)
    {
        if (store.Commits.Any(c => c.Step == work.Step))
        {
            return;
        }

        await reach("before the commit", abort);
        abort.ThrowIfCancellationRequested();
        store.Commit(Rows(work.Step), new CommitDetails(work.Message.Hash!, null, new Dictionary<string, double>(), new Dictionary<string, long>()), Parts(work.Step));
        await reach("behind the commit", abort);
    }

    public ValueTask DisposeAsync()
    {
        store.Dispose();
        return ValueTask.CompletedTask;
    }

    // Longer than a message, so that it travels in pieces.
    private static Dictionary<string, Action<string>> Parts(long step) => new()
    {
        ["state"] = folder => File.WriteAllBytes(Path.Combine(folder, "clock"), [.. Enumerable.Range(0, 10_000).Select(i => (byte)(i * step))]),
        ["sae/layers.0"] = folder => File.WriteAllText(Path.Combine(folder, "cfg.json"), $"{step}"),
    };

    private CheckpointResult Rows(long step) => new(
        step,
        step * 128,
        [],
        [],
        [],
        [.. layers.Select(l => new HealthRow(l, 2, 1.0 / (step + 1), l, 0, 0, 1, 1, step, 1, 1, 1, 1, 1))],
        [new EventRow(EventKind.CheckpointSkipped, EventSeverity.Info, step, null, null, null, null, "{}", $"step {step}")]);

    /// <summary>Opens such runs as <see cref="GroupOpener"/> opens real ones.</summary>
    internal sealed class Opener(TimeProvider time, Func<string, CancellationToken, Task> reach) : IGroupOpener
    {
        public async Task<IGroupWork> OpenAsync(AnnouncedWork first, CancellationToken cancellationToken)
        {
            await reach("before opening", cancellationToken);
            await FolderTurn.WaitAsync(first.Settings.Run, time, _ => { }, cancellationToken);
            var description = first.Mark.Mark(new RunDescription(new RunIdentity(first.Message.Run, "fake", 1, "1", "test"), new JsonObject()));
            var store = RunFolderStore.Open(first.Settings.Run, description, time);
            if (store.LastStep is { } newest)
            {
                // As a real one does, whose SAEs lie there.
                store.Reader.VerifyPart(newest, "state");
            }

            return new FakeWork(store, first.Message.Layers, reach);
        }
    }
}
