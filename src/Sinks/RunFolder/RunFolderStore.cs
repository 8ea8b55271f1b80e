using System.Security.Cryptography;
using System.Text.Json;
using Emergence.Sinks.Arrow;
using Emergence.Stages.Curves;
using Emergence.Stages.Input;

namespace Emergence.Sinks.RunFolder;

/// <summary>
/// The one writer of a run folder. A checkpoint is written beside its place, flushed and renamed: whatever interrupts it, the folder
/// holds every earlier step and either the whole of this one or nothing. Not for several threads at once.
/// </summary>
public sealed class RunFolderStore : IDisposable
{
    private readonly IFolderOperations _disk;
    private readonly TimeProvider _time;
    private readonly RunLock _lock;
    private readonly RunIdentity _identity;
    private readonly List<CommitRecord> _commits = [];
    private readonly List<RetractedRefusal> _retracted = [];
    private long _sequence;

    private RunFolderStore(IFolderOperations disk, TimeProvider time, RunLock runLock, RunFolderReader reader, RunIdentity identity)
    {
        _disk = disk;
        _time = time;
        _lock = runLock;
        _identity = identity;
        Reader = reader;
    }

    /// <summary>Reads what is committed.</summary>
    public RunFolderReader Reader { get; }

    /// <summary>The committed steps, ascending; retracted refusals are not among them.</summary>
    public IReadOnlyList<CommitRecord> Commits => _commits;

    /// <summary>The newest committed step, inserted ones not counted; null before the first.</summary>
    public long? LastStep => Last?.Step;

    private CommitRecord? Last => _commits.FindLast(commit => !commit.Inserted);

    /// <summary>Opens a run folder for writing, or makes one, and puts away what an interrupted start left behind.</summary>
    /// <param name="folder">The run folder.</param>
    /// <param name="description">What is asked for; must be what the run began with, when it has begun.</param>
    /// <param name="time">Clock for the times in commits.</param>
    /// <exception cref="BadInputException">
    /// Another process writes to it, it began with another description, a committed step is damaged, or it cannot be written.
    /// </exception>
    public static RunFolderStore Open(string folder, RunDescription description, TimeProvider time) =>
        Open(folder, description, time, new DiskOperations());

    internal static RunFolderStore Open(string folder, RunDescription description, TimeProvider time, IFolderOperations disk)
    {
        RunLock? runLock = null;
        try
        {
            disk.CreateFolder(folder);
            runLock = RunLock.Take(folder, time);
            RemoveLeftovers(folder, disk);
            PutBack(folder, disk);
            WriteOrCompare(folder, description, disk);
            var store = new RunFolderStore(disk, time, runLock, RunFolderReader.Open(folder), description.Identity);
            store._commits.AddRange(store.Reader.CheckChain());
            store._sequence = store.Reader.ReadCommits().SelectMany(c => c.Replaced.Select(r => r.Sequence).Append(c.Sequence)).DefaultIfEmpty().Max();
            store.RemoveOldState();
            return store;
        }
        catch (Exception e)
        {
            runLock?.Dispose();
            if (FolderFault.IsFault(e))
            {
                throw FolderFault.Explain(folder, e);
            }

            throw;
        }
    }

    /// <summary>Whether another process, or another part of this one, writes to a run folder at the moment.</summary>
    /// <param name="folder">The run folder, which need not be there.</param>
    public static bool IsTaken(string folder) => RunLock.IsTaken(folder);

    /// <summary>Commits a checkpoint: afterwards it is there for good, whatever happens.</summary>
    /// <param name="result">Its rows.</param>
    /// <param name="details">What else to record.</param>
    /// <param name="parts">
    /// Further folders of the step by path, such as <c>sae/layers.3</c> and <c>state</c>, and who fills each: called once with the path of an
    /// empty folder, synchronously. Files below <c>state</c> are kept only for the newest step; an inserted one has none.
    /// </param>
    /// <exception cref="ArgumentException">The step is not behind the last committed one (an inserted one: is committed already), or a part's name is not a relative path.</exception>
    /// <exception cref="BadInputException">The disk is full or read-only; nothing of the step is left and the earlier ones are intact.</exception>
    public CommitRecord Commit(CheckpointResult result, CommitDetails details, IReadOnlyDictionary<string, Action<string>> parts) =>
        Commit(result, details, parts, refused: false);

    /// <summary>
    /// Commits that a checkpoint is not used. The step has its events and no other row, and no state: the newest state stays
    /// that of the last checkpoint that was used.
    /// </summary>
    /// <param name="result">Its events.</param>
    /// <param name="modelHash">Hash of its weights; empty when they could not be read.</param>
    /// <exception cref="ArgumentException">The step is not behind the last committed one.</exception>
    /// <exception cref="BadInputException">The disk is full or read-only; nothing of the step is left and the earlier ones are intact.</exception>
    public CommitRecord CommitRefusal(CheckpointResult result, string modelHash) =>
        Commit(result, new CommitDetails(modelHash, null, new Dictionary<string, double>(), new Dictionary<string, long>()), new Dictionary<string, Action<string>>(), refused: true);

    /// <summary>
    /// Lets refusals behind the last checkpoint that was used be decided again: the cause may have been mended since, and nothing has
    /// been built on them. Nothing changes on the disk, because they may be published: refused again with the same rows, the commit is the
    /// one that is there; another commit of the step takes its place under a number of its own; and one whose checkpoint is not met again
    /// stands. A checkpoint that had vanished is not among them: there is nothing to look at again.
    /// </summary>
    /// <exception cref="BadInputException">A refusal cannot be read.</exception>
    public void RetractNewestRefusals()
    {
        while (Last is { Refused: true } last)
        {
            var events = Reader.Read(last.Step, Tables.Events).Events;
            if (!events.Any(e => e.Kind == EventKind.CheckpointRefused && e.Step == last.Step))
            {
                return;
            }

            _retracted.Add(new RetractedRefusal(last, Reader.ReadCommits().First(c => c.Step == last.Step), events));
            _commits.Remove(last);
        }
    }

    private CommitRecord Commit(CheckpointResult result, CommitDetails details, IReadOnlyDictionary<string, Action<string>> parts, bool refused)
    {
        if (result.Step < 0 || (details.Inserted ? _commits.Any(c => c.Step == result.Step) : result.Step <= LastStep))
        {
            throw new ArgumentException($"step {result.Step} is not behind step {LastStep}", nameof(result));
        }

        foreach (var part in parts.Keys)
        {
            if (Path.IsPathRooted(part) || part.Split('/').Any(name => name is "" or "." or "..") || part == FolderLayout.Commit)
            {
                throw new ArgumentException($"\"{part}\" is not a path of folders in a step", nameof(parts));
            }
        }

        var retracted = _retracted.Find(r => r.Commit.Step == result.Step);
        if (refused && retracted?.Says(result, details.ModelHash) == true)
        {
            _retracted.Remove(retracted);
            return Add(retracted.Commit);
        }

        var place = Reader.StepFolder(result.Step);
        var temporary = Path.Combine(Reader.Folder, FolderLayout.Temporary + FolderLayout.StepFolder(result.Step));
        var aside = FolderLayout.RetractedFolder(Reader.Folder, result.Step);
        CommitRecord commit;
        try
        {
            Clear(temporary);
            commit = Write(temporary, result, details, parts, refused, retracted);
            if (retracted is not null)
            {
                _disk.Rename(place, aside);
            }

            _disk.Rename(temporary, place);
            _disk.Flush(Reader.Folder);
        }
        catch (Exception e)
        {
            // A failed rename leaves the temporary folder; a failed flush behind it leaves the step, which is whole: the next start finds it.
            Try(() => Clear(temporary));
            Try(() => PutBack(Reader.Folder, _disk));
            if (FolderFault.IsFault(e))
            {
                throw FolderFault.Explain(place, e);
            }

            throw;
        }

        Add(commit);
        try
        {
            if (retracted is not null)
            {
                _retracted.Remove(retracted);
                Clear(aside);
            }

            RemoveOldState();
        }
        catch (Exception e) when (FolderFault.IsFault(e))
        {
            throw FolderFault.Explain(Reader.Folder, e);
        }

        return commit;
    }

    /// <summary>Lets others write to the run.</summary>
    public void Dispose() => _lock.Dispose();

    private CommitRecord Add(CommitRecord commit)
    {
        _commits.Insert(_commits.FindLastIndex(c => c.Step < commit.Step) + 1, commit);
        return commit;
    }

    private CommitRecord Write(
        string folder, CheckpointResult result, CommitDetails details, IReadOnlyDictionary<string, Action<string>> parts, bool refused, RetractedRefusal? retracted)
    {
        _disk.CreateFolder(folder);
        foreach (var table in TableSchema.Each)
        {
            _disk.WriteFile(Path.Combine(folder, TableSchema.FileOf(table)), stream => ArrowTables.WriteFile(stream, table, _identity, result));
        }

        foreach (var (part, fill) in parts.OrderBy(part => part.Key, StringComparer.Ordinal))
        {
            _disk.FillFolder(Path.Combine(folder, part.Replace('/', Path.DirectorySeparatorChar)), fill);
        }

        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(path => Describe(folder, path)).ToList();
        foreach (var file in files.Where(file => file.Path.Contains('/', StringComparison.Ordinal)))
        {
            _disk.Flush(Path.Combine(folder, file.Path));
        }

        var counts = new SortedDictionary<string, long>(details.Counts.ToDictionary(), StringComparer.Ordinal)
        {
            ["rows_curves"] = result.Curves.Count,
            ["rows_features"] = result.Features.Count,
            ["rows_firings"] = result.Firings.Count,
            ["rows_health"] = result.Health.Count,
            ["rows_events"] = result.Events.Count,
        };
        var commit = new CommitRecord(
            result.Step,
            details.Inserted ? null : LastStep,
            result.TokensSeen,
            refused,
            details.ModelHash,
            refused ? null : details.LmLoss,
            _time.GetUtcNow(),
            details.Seconds,
            counts,
            files,
            details.Shards,
            details.WeightDistance)
        {
            Waiting = details.Waiting,
            LagSeconds = details.LagSeconds,
            Inserted = details.Inserted,

            // Also when this attempt fails: its step may be there and be found by the next start.
            Sequence = ++_sequence,
            Replaced = retracted is null ? null : [.. retracted.Entry.Replaced, new ReplacedCommit(retracted.Entry.Sequence, retracted.Entry.Hash)],
        };
        _disk.WriteFile(Path.Combine(folder, FolderLayout.Commit), stream => JsonSerializer.Serialize(stream, commit, JsonFile.Options));
        foreach (var inner in Directory.EnumerateDirectories(folder, "*", SearchOption.AllDirectories).OrderDescending(StringComparer.Ordinal))
        {
            _disk.Flush(inner);
        }

        _disk.Flush(folder);
        return commit;
    }

    private static CommittedFile Describe(string folder, string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        return new CommittedFile(Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/'), stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream)));
    }

    private static void WriteOrCompare(string folder, RunDescription description, IFolderOperations disk)
    {
        var path = Path.Combine(folder, RunDescriptionFile.Name);
        if (File.Exists(path))
        {
            var differences = RunDescriptionFile.Differences(RunDescriptionFile.Read(path), description);
            if (differences.Count > 0)
            {
                throw new BadInputException(path, "", $"the run began with other settings: {string.Join("; ", differences)}", "use the settings it began with, or give another run folder");
            }

            return;
        }

        if (FolderLayout.Steps(folder).Count > 0)
        {
            throw new BadInputException(folder, "", $"it has committed steps but no {RunDescriptionFile.Name}", "restore run.json from a copy, or give another run folder");
        }

        var temporary = Path.Combine(folder, FolderLayout.Temporary + RunDescriptionFile.Name);
        disk.WriteFile(temporary, stream => JsonSerializer.Serialize(stream, RunDescriptionFile.ToJson(description), JsonFile.Options));
        disk.Rename(temporary, path);
        disk.Flush(folder);
    }

    private static void RemoveLeftovers(string folder, IFolderOperations disk)
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(folder, FolderLayout.Temporary + "*").ToList())
        {
            disk.Delete(path);
        }
    }

    /// <summary>What a crash left aside while another commit took its place: gone when that is there, else back where it was.</summary>
    private static void PutBack(string folder, IFolderOperations disk)
    {
        foreach (var step in FolderLayout.RetractedSteps(folder))
        {
            var (aside, place) = (FolderLayout.RetractedFolder(folder, step), Path.Combine(folder, FolderLayout.StepFolder(step)));
            if (Directory.Exists(place))
            {
                disk.Delete(aside);
            }
            else
            {
                disk.Rename(aside, place);
                disk.Flush(folder);
            }
        }
    }

    private void RemoveOldState()
    {
        var newest = _commits.FindLastIndex(commit => commit is { Refused: false, Inserted: false });
        foreach (var commit in _commits.Take(Math.Max(0, newest)))
        {
            Clear(Path.Combine(Reader.StepFolder(commit.Step), FolderLayout.State));
        }
    }

    private void Clear(string folder)
    {
        if (Directory.Exists(folder))
        {
            _disk.Delete(folder);
        }
    }

    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (FolderFault.IsFault(e))
        {
            // The disk is at fault already and that is what is reported; the next start puts away what is left.
        }
    }
}
