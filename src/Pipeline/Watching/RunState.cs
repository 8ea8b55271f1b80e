using Emergence.Pipeline.Checkpoints;
using Emergence.Sinks.Arrow;
using Emergence.Sinks.RunFolder;
using Emergence.Stages.Curves;
using Emergence.Stages.Models.Distance;
using Emergence.Stages.Sae;

namespace Emergence.Pipeline.Watching;

/// <summary>What earlier starts of a run left: the steps dealt with, their weights' hashes, the SAEs and histories to go on from.</summary>
/// <param name="Known">Steps that are committed, refused or recorded as late or skipped.</param>
/// <param name="Registry">The weights of those steps.</param>
/// <param name="Committed">Results of the used steps, in order, curves, health and events filled in.</param>
/// <param name="NewestUsed">The newest step that was used in order, inserted ones not counted; null before the first.</param>
internal sealed record RunState(IReadOnlySet<long> Known, CheckpointRegistry Registry, IReadOnlyList<CheckpointResult> Committed, long? NewestUsed)
{
    private const string StatePart = "state";

    /// <summary>Reads it.</summary>
    public static RunState Read(RunFolderStore store)
    {
        var known = new HashSet<long>();
        var registry = new CheckpointRegistry();
        var committed = new List<CheckpointResult>();
        long? newest = null;
        foreach (var commit in store.Commits)
        {
            known.Add(commit.Step);
            var result = store.Reader.Read(commit.Step, Tables.Curves | Tables.Health | Tables.Events);
            known.UnionWith(result.Events.Where(e => e.Kind is EventKind.CheckpointLate or EventKind.CheckpointSkipped).Select(e => e.Step));
            if (!commit.Refused)
            {
                registry.Add(commit.Step, new WeightHashes(commit.ModelHash, commit.Shards ?? new Dictionary<string, string>()));
                committed.Add(result);
                newest = commit.Inserted ? newest : commit.Step;
            }
        }

        return new RunState(known, registry, committed, newest);
    }

    /// <summary>The SAEs to go on from; new ones at the beginning of a run.</summary>
    public LayerSae[] Saes(RunFolderReader reader, IReadOnlyList<int> layers, Func<int, SaeTrainer> make, TimeProvider time)
    {
        var made = new List<LayerSae>();
        try
        {
            foreach (var layer in layers)
            {
                var trainer = make(layer);
                made.Add(new LayerSae(layer, trainer, time));
                Load(reader, SaeStaging.StateFile(layer), trainer.LoadState);
            }
        }
        catch
        {
            made.ForEach(m => m.Dispose());
            throw;
        }

        return [.. made];
    }

    /// <summary>The histories to go on from; empty ones at the beginning of a run.</summary>
    public LayerHistory[] Histories(RunFolderReader reader, IReadOnlyList<int> layers) => [.. layers.Select(layer =>
    {
        var history = new LayerHistory(layer);
        Load(reader, SaeStaging.HistoryFile(layer), (stream, file) => history = LayerHistory.Load(stream, file));
        return history;
    })];

    /// <summary>Sketch of the newest used step's weights; null at the beginning of a run, and in one that an older version began.</summary>
    public WeightSketch? Sketch(RunFolderReader reader)
    {
        WeightSketch? sketch = null;
        if (NewestUsed is { } step && reader.ReadCommit(step).Files.Any(f => f.Path == $"{StatePart}/{SaeStaging.SketchFile}"))
        {
            Load(reader, SaeStaging.SketchFile, (stream, file) => sketch = WeightSketch.Load(stream, file));
        }

        return sketch;
    }

    private void Load(RunFolderReader reader, string file, Action<Stream, string> load)
    {
        if (NewestUsed is { } step)
        {
            var path = Path.Combine(reader.VerifyPart(step, StatePart), file);
            using var stream = File.OpenRead(path);
            load(stream, path);
        }
    }
}
