using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Emergence.Sinks.Arrow;
using Emergence.Stages.Curves;
using Emergence.Stages.Input;

namespace Emergence.Sinks.RunFolder;

/// <summary>
/// Reads a run folder, also while another process writes to it: a step is there whole or not at all. Takes no lock.
/// Every file is compared with the size and hash of its commit before it is used.
/// </summary>
public sealed class RunFolderReader
{
    internal const string StepRemedy = "restore the step's folder from a copy, or remove it and every later step's and run the checkpoints again";

    private readonly CommitIndex _index;

    private RunFolderReader(string folder, RunDescription description)
    {
        Folder = folder;
        Description = description;
        _index = new CommitIndex(folder, ParseCommit);
    }

    /// <summary>The run folder.</summary>
    public string Folder { get; }

    /// <summary>What was asked for when the run began.</summary>
    public RunDescription Description { get; }

    /// <summary>Opens a run folder.</summary>
    /// <param name="folder">The folder with <c>run.json</c>.</param>
    /// <exception cref="BadInputException">It is not a run folder.</exception>
    public static RunFolderReader Open(string folder)
    {
        var path = Path.Combine(folder, RunDescriptionFile.Name);
        return File.Exists(path)
            ? new RunFolderReader(folder, RunDescriptionFile.Read(path))
            : throw new BadInputException(folder, "", $"it is not a run folder: it has no {RunDescriptionFile.Name}", "name a folder that watch, replay or demo has written");
    }

    /// <summary>The committed steps at this moment, ascending.</summary>
    /// <exception cref="BadInputException">The folder cannot be read.</exception>
    public IReadOnlyList<long> ListSteps()
    {
        try
        {
            return FolderLayout.Steps(Folder);
        }
        catch (Exception e) when (FolderFault.IsFault(e))
        {
            throw Unreadable(e);
        }
    }

    /// <summary>Keeps writers, which publish what they commit, out of the run folder until it is disposed.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="remedy">What a person can do when one is there already.</param>
    /// <returns>Null when the folder cannot be written to: then nobody else can either.</returns>
    /// <exception cref="BadInputException">Another process writes to it; says which.</exception>
    public IDisposable? KeepWritersOut(TimeProvider time, string remedy)
    {
        try
        {
            return RunLock.Take(Folder, time, remedy);
        }
        catch (Exception e) when (FolderFault.IsFault(e))
        {
            return null;
        }
    }

    /// <summary>
    /// The commits at this moment in the order of committing. Asking again reads only what is new. A refusal may be replaced when its
    /// checkpoint is looked at again by a later start: then another commit stands at its step, with a number of its own.
    /// </summary>
    /// <exception cref="BadInputException">The folder or a commit in it cannot be read, or two have the same number.</exception>
    public IReadOnlyList<CommitEntry> ReadCommits()
    {
        try
        {
            return _index.Read();
        }
        catch (Exception e) when (FolderFault.IsFault(e))
        {
            throw Unreadable(e);
        }
    }

    /// <summary>Folder of a step.</summary>
    /// <param name="step">A committed step.</param>
    public string StepFolder(long step) => Path.Combine(Folder, FolderLayout.StepFolder(step));

    /// <summary>What is known of a step.</summary>
    /// <param name="step">A committed step.</param>
    /// <exception cref="BadInputException">Its <c>commit.json</c> is missing, malformed or of another step.</exception>
    public CommitRecord ReadCommit(long step)
    {
        var folder = StepFolder(step);
        return ParseCommit(folder, step, JsonFile.ReadBytes(Path.Combine(folder, FolderLayout.Commit), StepRemedy));
    }

    /// <summary>What is known of a commit, if it still stands.</summary>
    /// <param name="entry">A commit that was in the folder.</param>
    /// <exception cref="BadInputException">Another commit has taken its place, or its <c>commit.json</c> is damaged.</exception>
    public CommitRecord ReadCommit(CommitEntry entry)
    {
        var folder = PlaceOf(entry.Step);
        var path = Path.Combine(folder, FolderLayout.Commit);
        var bytes = JsonFile.ReadBytes(path, StepRemedy);
        return Convert.ToHexStringLower(SHA256.HashData(bytes)) == entry.Hash
            ? ParseCommit(folder, entry.Step, bytes)
            : throw new BadInputException(path, "", $"it is not commit {entry.Sequence} any more (SHA-256 differs)", StepRemedy);
    }

    /// <summary>Opens the file of a table after comparing it with the commit: it is read once, into memory, unless it is very large.</summary>
    /// <param name="commit">A commit of the folder.</param>
    /// <param name="table">One table.</param>
    /// <param name="path">Its path, for errors.</param>
    /// <returns>The file, at its beginning; can be sought in. The caller disposes it, and then uses nothing that was read from it without a copy.</returns>
    /// <exception cref="BadInputException">The file is missing, cut off or changed.</exception>
    public Stream OpenTable(CommitRecord commit, Tables table, out string path) => OpenVerified(commit.Step, TableFile(commit, table), inMemory: true, out path);

    /// <summary>Size of the file of a table, as the commit says.</summary>
    /// <param name="commit">A commit of the folder.</param>
    /// <param name="table">One table.</param>
    /// <returns>Bytes.</returns>
    /// <exception cref="BadInputException">The commit does not list it.</exception>
    internal long TableBytes(CommitRecord commit, Tables table) => TableFile(commit, table).Bytes;

    private static CommitRecord ParseCommit(string folder, long step, byte[] bytes)
    {
        var path = Path.Combine(folder, FolderLayout.Commit);
        var commit = JsonFile.Parse<CommitRecord>(path, bytes, StepRemedy);
        if (commit.Sequence < 0 || commit.Replaced?.Any(r => r.Sequence < 1 || r.Hash.Length != 2 * SHA256.HashSizeInBytes) == true)
        {
            throw new BadInputException(path, "", "a sequence number or a hash in it cannot be one", StepRemedy);
        }

        if (commit.Step != step || commit.PreviousStep >= step)
        {
            throw new BadInputException(path, "", $"it says step {commit.Step} after {commit.PreviousStep?.ToString() ?? "none"} in the folder of step {step}", StepRemedy);
        }

        foreach (var file in commit.Files)
        {
            if (file.Bytes < 0 || file.Path.Split('/').Any(part => part is "" or "." or "..") || Path.IsPathRooted(file.Path))
            {
                throw new BadInputException(path, $"file {file.Path}", "it is not a file of the step's folder", StepRemedy);
            }
        }

        return commit;
    }

    /// <summary>The rows of a step.</summary>
    /// <param name="step">A committed step.</param>
    /// <param name="tables">Which tables to read; the others are left empty.</param>
    /// <exception cref="BadInputException">A file is missing, cut off, changed, or not what it should be.</exception>
    public CheckpointResult Read(long step, Tables tables)
    {
        var commit = ReadCommit(step);
        var result = new CheckpointResult(step, commit.TokensSeen, [], [], [], [], []);
        foreach (var table in TableSchema.Each.Where(table => tables.HasFlag(table)))
        {
            result = Verified(step, TableFile(commit, table), inMemory: true, (stream, path) => ArrowTables.ReadFile(stream, path, table, result));
        }

        return result;
    }

    /// <summary>A part of a step that somebody else wrote, such as <c>state</c> or <c>sae/layers.3</c>, after comparing its files with the commit.</summary>
    /// <param name="step">A committed step; for <c>state</c> the newest.</param>
    /// <param name="part">The part's path in the step's folder, with <c>/</c>.</param>
    /// <returns>The part's folder.</returns>
    /// <exception cref="BadInputException">A file of the part is missing, cut off or changed, or the commit has no such part.</exception>
    public string VerifyPart(long step, string part)
    {
        var files = ReadCommit(step).Files.Where(f => f.Path.StartsWith(part + "/", StringComparison.Ordinal)).ToList();
        if (files.Count == 0)
        {
            throw new BadInputException(StepFolder(step), "", $"its commit has no {part}", StepRemedy);
        }

        foreach (var file in files)
        {
            Verified(step, file, inMemory: false, (_, _) => true);
        }

        return Path.Combine(StepFolder(step), part.Replace('/', Path.DirectorySeparatorChar));
    }

    /// <summary>The rows of every step in order, then of each that is committed from now on, inserted ones as they come, until cancelled.</summary>
    /// <param name="tables">Which tables to read.</param>
    /// <param name="after">Leaves out the steps up to this one that are there at the beginning; null for none.</param>
    /// <param name="poll">How long to wait between looks.</param>
    /// <param name="time">Clock that the waiting uses.</param>
    /// <param name="cancellation">Ends the enumeration with <see cref="OperationCanceledException"/>.</param>
    public async IAsyncEnumerable<CheckpointResult> FollowAsync(Tables tables, long? after, TimeSpan poll, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var told = ReadCommits().Where(c => c.Step <= after).Select(c => c.Hash).ToHashSet();
        var first = true;
        while (true)
        {
            foreach (var commit in ReadCommits().Where(c => told.Add(c.Hash)).OrderBy(c => first ? c.Step : c.Sequence).ToList())
            {
                cancellation.ThrowIfCancellationRequested();
                yield return Read(commit.Step, tables);
            }

            first = false;
            await Task.Delay(poll, time, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Checks that the steps follow each other as their commits say, and that their tables are there in full size.</summary>
    internal IReadOnlyList<CommitRecord> CheckChain()
    {
        var commits = new List<CommitRecord>();
        var sequence = ReadCommits().ToDictionary(c => c.Step, c => c.Sequence);
        foreach (var step in ListSteps())
        {
            var commit = ReadCommit(step);

            // While a refusal is looked at again, commits name the step before it; and those that come to lie before it are not named by it.
            var previous = commit.Inserted ? null : commits.FindLast(c => !c.Inserted && (c.Step == commit.PreviousStep || !(c.Refused || sequence[c.Step] > sequence[step])))?.Step;
            if (commit.PreviousStep != previous)
            {
                throw new BadInputException(
                    StepFolder(step), "", $"it was committed after {Name(commit.PreviousStep)} and now comes after {Name(previous)}", "restore the missing steps from a copy, or remove this step and every later one");
            }

            foreach (var table in TableSchema.Each)
            {
                var name = TableSchema.FileOf(table);
                var path = Path.Combine(StepFolder(step), name);
                var listed = commit.Files.FirstOrDefault(f => f.Path == name)?.Bytes;
                var info = new FileInfo(path);
                if (listed is null || !info.Exists || info.Length != listed)
                {
                    throw new BadInputException(path, "", info.Exists ? $"it has {info.Length} bytes, the commit says {listed?.ToString() ?? "nothing"}" : "it is missing", StepRemedy);
                }
            }

            commits.Add(commit);
        }

        return commits;

        static string Name(long? step) => step is { } s ? $"step {s}" : "no step";
    }

    private BadInputException Unreadable(Exception e) => new(Folder, "", $"it cannot be read: {e.Message}", "check that it is still there and may be read", e);

    private CommittedFile TableFile(CommitRecord commit, Tables table)
    {
        var name = TableSchema.FileOf(table);
        return commit.Files.FirstOrDefault(f => f.Path == name)
            ?? throw new BadInputException(Path.Combine(StepFolder(commit.Step), FolderLayout.Commit), $"file {name}", "the commit does not list it", StepRemedy);
    }

    private T Verified<T>(long step, CommittedFile file, bool inMemory, Func<Stream, string, T> use)
    {
        using var stream = OpenVerified(step, file, inMemory, out var path);
        try
        {
            return use(stream, path);
        }
        catch (Exception e) when (FolderFault.IsFault(e))
        {
            throw new BadInputException(path, "", $"it cannot be read: {e.Message}", StepRemedy, e);
        }
    }

    /// <summary>A refusal lies aside while another commit takes its place, and stays there when that was interrupted, until a writer puts it back.</summary>
    private string PlaceOf(long step)
    {
        var place = StepFolder(step);
        var aside = FolderLayout.RetractedFolder(Folder, step);
        return !Directory.Exists(place) && Directory.Exists(aside) ? aside : place;
    }

    private Stream OpenVerified(long step, CommittedFile file, bool inMemory, out string path)
    {
        path = Path.Combine(PlaceOf(step), file.Path.Replace('/', Path.DirectorySeparatorChar));
        FileStream? stream = null;
        HashedFile? contents = null;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            if (stream.Length != file.Bytes)
            {
                throw new BadInputException(path, "", $"it has {stream.Length} bytes, the commit says {file.Bytes}", StepRemedy);
            }

            contents = inMemory && file.Bytes <= HashedFile.MaxBytes ? HashedFile.Read(stream, (int)file.Bytes) : null;
            if ((contents?.Sha256 ?? HashedFile.Hash(stream)) != file.Sha256)
            {
                throw new BadInputException(path, "", "its contents are not what was committed (SHA-256 differs)", StepRemedy);
            }

            if (contents is not null)
            {
                stream.Dispose();
                return contents;
            }

            stream.Position = 0;
            return stream;
        }
        catch (Exception e)
        {
            contents?.Dispose();
            stream?.Dispose();
            if (FolderFault.IsFault(e))
            {
                throw new BadInputException(path, "", $"it cannot be read: {e.Message}", StepRemedy, e);
            }

            throw;
        }
    }
}
