using Emergence.Sinks.Arrow;
using Emergence.Sinks.RunFolder;
using Emergence.Stages.Curves;
using Emergence.Stages.Input;

namespace Emergence.Pipeline.Assembly;

/// <summary>One step of all layer groups as a run of one process would have committed it.</summary>
internal sealed class MergedStep
{
    private const string StatePart = "state";
    private readonly IReadOnlyList<(RunFolderReader Reader, CommitRecord Commit, CheckpointResult Result)> _used;

    private MergedStep(IReadOnlyList<(RunFolderReader, CommitRecord, CheckpointResult)> used, CheckpointResult result, string modelHash) =>
        (_used, Result, ModelHash) = (used, result, modelHash);

    /// <summary>Its rows, in the order of the layers.</summary>
    public CheckpointResult Result { get; }

    /// <summary>Hash of the checkpoint's weights.</summary>
    public string ModelHash { get; }

    /// <summary>Whether no group has used the checkpoint.</summary>
    public bool Refused => _used.Count == 0;

    /// <summary>Reads a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="groups">Run folders of the groups that have committed it, in the order of their layers; at least one.</param>
    /// <exception cref="BadInputException">A file is damaged, or the groups are not of the same checkpoint.</exception>
    public static MergedStep Read(long step, IReadOnlyList<RunFolderReader> groups)
    {
        var all = groups.Select(g => (Reader: g, Commit: g.ReadCommit(step), Result: g.Read(step, Tables.All))).ToList();
        var used = all.Where(g => !g.Commit.Refused).ToList();
        if (used.Find(g => g.Commit.ModelHash != used[0].Commit.ModelHash) is { Reader: { } other })
        {
            throw new BadInputException(
                other.StepFolder(step), "", $"its weights are not those that {used[0].Reader.StepFolder(step)} was computed from", "remove both groups' folders of this and every later step, and let workers go over the checkpoints again");
        }

        // Without the loss a group reads its own blocks only; the one with the deepest layer reads as many as a process that watches all.
        var distance = used.Count == 0 ? null : used[^1].Commit.WeightDistance;
        var result = new CheckpointResult(
            step,
            all.Select(g => g.Result.TokensSeen).FirstOrDefault(t => t is not null),
            [.. used.SelectMany(g => g.Result.Curves)],
            FeatureColumns.Concatenate([.. used.Select(g => g.Result.Features)]),
            FiringColumns.Concatenate([.. used.Select(g => g.Result.Firings)]),
            [.. used.SelectMany(g => g.Result.Health).Select(h => h with { WeightDistance = distance })],
            Events(all.Select(g => g.Result.Events)));
        return new MergedStep(used, result, (used.Count == 0 ? all : used)[0].Commit.ModelHash);
    }

    /// <summary>What its commit records beside the rows. Only for one that is used.</summary>
    public CommitDetails Details()
    {
        var first = _used[0].Commit;
        var seconds = _used.SelectMany(g => g.Commit.Seconds).GroupBy(s => s.Key).ToDictionary(s => s.Key, s => s.Key == "total" ? s.Max(v => v.Value) : s.Sum(v => v.Value));
        var counts = first.Counts.Where(c => !c.Key.StartsWith("rows_", StringComparison.Ordinal)).ToDictionary();
        return new CommitDetails(first.ModelHash, first.LmLoss, seconds, counts, first.Shards, _used[^1].Commit.WeightDistance)
        {
            Waiting = _used.Max(g => g.Commit.Waiting),
            LagSeconds = _used.Max(g => g.Commit.LagSeconds),
            Inserted = first.Inserted,
        };
    }

    /// <summary>The SAEs' folders of its commit and what fills each. What resuming needs stays with the groups.</summary>
    /// <exception cref="BadInputException">When one is filled: a file is damaged.</exception>
    public IReadOnlyDictionary<string, Action<string>> Parts()
    {
        var parts = new Dictionary<string, Action<string>>();
        foreach (var (reader, commit, _) in _used)
        {
            foreach (var part in commit.Files.Select(f => Path.GetDirectoryName(f.Path)!.Replace(Path.DirectorySeparatorChar, '/')).Distinct().Where(p => p.Length > 0 && p != StatePart))
            {
                parts[part] = folder =>
                {
                    foreach (var file in Directory.EnumerateFiles(reader.VerifyPart(commit.Step, part)))
                    {
                        FileCopy.LinkOrCopy(file, Path.Combine(folder, Path.GetFileName(file)));
                    }
                };
            }
        }

        return parts;
    }

    /// <summary>
    /// Events without a layer are the same in every group and are told once; where groups met different things (a checkpoint that was deleted
    /// before one of them read it) each is told.
    /// </summary>
    private static List<EventRow> Events(IEnumerable<IReadOnlyList<EventRow>> groups)
    {
        var (whole, layers) = (new List<EventRow>(), new List<EventRow>());
        foreach (var events in groups)
        {
            var told = whole.ToHashSet();
            whole.AddRange(events.Where(e => e.Layer is null && !told.Contains(e)));
            layers.AddRange(events.Where(e => e.Layer is not null));
        }

        return [.. whole, .. layers];
    }
}
