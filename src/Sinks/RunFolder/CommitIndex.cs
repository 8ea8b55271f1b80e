using System.Security.Cryptography;
using Emergence.Stages.Input;

namespace Emergence.Sinks.RunFolder;

/// <summary>
/// The commits of a run folder in the order of committing. A commit is read once and then only looked at, so that a follower of a long
/// run may ask again and again. Safe from several threads.
/// </summary>
/// <param name="folder">The run folder.</param>
/// <param name="read">Reads and checks a <c>commit.json</c>, given the step's folder and the step.</param>
internal sealed class CommitIndex(string folder, Func<string, long, byte[], CommitRecord> read)
{
    // A step's folder is renamed while another commit takes its place: a look that meets that is repeated.
    private const int Looks = 5;
    private readonly Lock _lock = new();
    private Dictionary<long, Known> _known = [];

    /// <summary>The commits at this moment, by sequence number, ascending.</summary>
    /// <exception cref="BadInputException">A <c>commit.json</c> is damaged, or two have the same number.</exception>
    public IReadOnlyList<CommitEntry> Read()
    {
        lock (_lock)
        {
            for (var look = 1; ; look++)
            {
                try
                {
                    _known = Look_NeedsLock();
                    return Number(_known.Values);
                }
                catch (BadInputException e) when (look < Looks && !File.Exists(e.File))
                {
                    // Renamed between the listing and the reading.
                }
            }
        }
    }

    private Dictionary<long, Known> Look_NeedsLock()
    {
        var known = new Dictionary<long, Known>();
        foreach (var (step, place) in FolderLayout.Commits(folder))
        {
            var path = Path.Combine(place, FolderLayout.Commit);
            var stamp = Stamp(path);
            known.Add(step, _known.TryGetValue(step, out var before) && before.Stamp == stamp ? before : new Known(stamp, Entry(place, path, step)));
        }

        return known;
    }

    private CommitEntry Entry(string place, string path, long step)
    {
        var bytes = JsonFile.ReadBytes(path, RunFolderReader.StepRemedy);
        var commit = read(place, step, bytes);
        return new CommitEntry(
            commit.Sequence, step, Convert.ToHexStringLower(SHA256.HashData(bytes)), commit.TokensSeen, commit.Refused, commit.Inserted, commit.CommittedAt, commit.Replaced ?? []);
    }

    /// <summary>
    /// Gives those of older versions, which say 0, the numbers from 1 in the order of their times. A number that belonged to one that was
    /// replaced since stays free, so that the others keep theirs.
    /// </summary>
    private List<CommitEntry> Number(IReadOnlyCollection<Known> known)
    {
        var replaced = known.SelectMany(k => k.Entry.Replaced).Select(r => r.Sequence).ToHashSet();
        var entries = new SortedDictionary<long, CommitEntry>();
        var next = 1L;
        foreach (var entry in known.Select(k => k.Entry).OrderBy(e => e.Sequence).ThenBy(e => e.CommittedAt).ThenBy(e => e.Step))
        {
            while (entry.Sequence == 0 && replaced.Contains(next))
            {
                next++;
            }

            var numbered = entry.Sequence == 0 ? entry with { Sequence = next++ } : entry;
            if (!entries.TryAdd(numbered.Sequence, numbered))
            {
                throw new BadInputException(
                    folder, $"steps {entries[numbered.Sequence].Step} and {numbered.Step}", $"both say that they are commit number {numbered.Sequence}", "restore the run folder from a copy, or remove the one that was copied into it");
            }
        }

        return [.. entries.Values];
    }

    private static (long Bytes, DateTime Written) Stamp(string path)
    {
        try
        {
            var info = new FileInfo(path);
            return info.Exists ? (info.Length, info.LastWriteTimeUtc) : default;
        }
        catch (Exception e) when (FolderFault.IsFault(e))
        {
            // Gone since the listing: reading it says so.
            return default;
        }
    }

    private sealed record Known((long Bytes, DateTime Written) Stamp, CommitEntry Entry);
}
