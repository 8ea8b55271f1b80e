using Emergence.Sinks.RunFolder;
using Emergence.Stages.Input;

namespace Emergence.Sinks.Kafka.Publishing;

/// <summary>The commits as the publisher sees them: what lies behind the cursor.</summary>
/// <param name="source">The commits.</param>
/// <param name="options">What is published.</param>
internal sealed class Outbox(ICommitSource source, PublishOptions options)
{
    // A refusal's place is being taken while the folder is looked at: looking again finds it or what replaced it.
    private const int Looks = 3;
    private readonly Queue<CommitEntry> _pending = [];
    private bool _again = options.Again;
    private Cursor? _before;
    private bool _opened;

    /// <summary>The newest commit that is published; null before the first.</summary>
    public CommitEntry? Published { get; private set; }

    /// <summary>Number of the newest commit that is published; 0 before the first.</summary>
    public long Sequence { get; private set; }

    /// <summary>Commits that were met and wait, the next one included.</summary>
    public int Waiting => _pending.Count;

    /// <summary>Takes the cursor that stands in the topics.</summary>
    /// <exception cref="BadInputException">It is another run's.</exception>
    public void Open(Cursor? cursor)
    {
        _pending.Clear();

        // A first commit whose outcome was in doubt is told from the cursor that stood there before by its place.
        _again &= !_opened || cursor?.Place == _before?.Place;
        if (!_opened)
        {
            (_opened, _before) = (true, cursor);
        }

        if (_again)
        {
            var commits = source.ReadCommits();
            var first = commits.FirstOrDefault(c => options.FromStep is not { } step || c.Step >= step);
            (Sequence, Published) = (first is null ? commits.Count == 0 ? 0 : commits[^1].Sequence : first.Sequence - 1, null);
        }
        else
        {
            Published = cursor is null ? null : Find(cursor);
            Sequence = cursor?.Notice.Sequence ?? 0;
        }
    }

    /// <summary>The commits that are not published, in order.</summary>
    public IReadOnlyList<CommitEntry> Unpublished() => [.. source.ReadCommits().Where(c => c.Sequence > Sequence)];

    /// <summary>Looks at the folder again.</summary>
    public void Refresh() => _pending.Clear();

    /// <summary>The next commit to be published; null when there is none.</summary>
    public CommitEntry? Next()
    {
        if (_pending.Count == 0)
        {
            foreach (var commit in Unpublished())
            {
                _pending.Enqueue(commit);
            }
        }

        return _pending.TryPeek(out var next) ? next : null;
    }

    /// <summary>A commit is published.</summary>
    public void Advance(CommitEntry commit)
    {
        (_again, Published, Sequence) = (false, commit, commit.Sequence);
        if (_pending.TryPeek(out var next) && next.Sequence == commit.Sequence)
        {
            _pending.Dequeue();
        }
    }

    /// <summary>Whether a commit is still in the folder: a refusal may have been replaced since it was met.</summary>
    public bool Holds(CommitEntry commit) => source.ReadCommits().Any(c => c.Sequence == commit.Sequence && c.Hash == commit.Hash);

    /// <summary>The commit at which the cursor stands; null when another has taken its place since.</summary>
    private CommitEntry? Find(Cursor cursor)
    {
        var notice = cursor.Notice;
        IReadOnlyList<CommitEntry> commits = [];
        for (var look = 0; look < Looks; look++)
        {
            commits = source.ReadCommits();
            if (commits.FirstOrDefault(c => c.Sequence == notice.Sequence && c.Hash == notice.Hash) is { } found)
            {
                return found;
            }

            if (commits.Any(c => c.Replaced.Any(r => r.Sequence == notice.Sequence && r.Hash == notice.Hash)))
            {
                return null;
            }
        }

        throw new BadInputException(
            source.Place,
            $"commit {notice.Sequence}",
            commits.Count == 0 || commits[^1].Sequence < notice.Sequence
                ? $"{options.Topics.Commits} says that commit {notice.Sequence} (step {notice.Step}) of \"{notice.Key}\" is published, and this folder ends with {(commits.Count == 0 ? "none" : $"commit {commits[^1].Sequence}")}: it is an older copy, or another run of the same name"
                : $"{options.Topics.Commits} says that another commit {notice.Sequence} (step {notice.Step}, hash {Start(notice.Hash)}…) of \"{notice.Key}\" is published: the topics hold another run of the same name",
            "give this run another name or --topic-prefix; or publish --again sends all of this run, behind what the topics hold");
    }

    private static string Start(string hash) => hash.Length > 12 ? hash[..12] : hash;
}
