using System.Globalization;
using System.Text;
using Emergence.Sinks.Arrow;
using Emergence.Sinks.Kafka.Publishing;
using Emergence.Sinks.RunFolder;
using Emergence.Stages.Input;

namespace Emergence.Sinks.Tests.Kafka.Publishing;

/// <summary>A run folder in memory, with the rules of the store: numbers are never used twice, and a refusal may be replaced.</summary>
internal sealed class ModelFolder : ICommitSource
{
    private readonly SortedDictionary<long, CommitEntry> _commits = [];
    private long _sequence;
    private long _step;

    public string Run => "model";

    public string Place => "model";

    /// <summary>Commits the next checkpoint in order.</summary>
    public void Commit() => Add(_step += 4, false, false, []);

    /// <summary>Commits that the next checkpoint is refused.</summary>
    public void Refuse() => Add(_step += 4, true, false, []);

    /// <summary>Commits a checkpoint that came late, when there is a place for one.</summary>
    public void Insert()
    {
        if (_step > 0)
        {
            var late = Enumerable.Range(1, 3).Select(back => _step - back).FirstOrDefault(step => _commits.Values.All(c => c.Step != step));
            if (late > 0)
            {
                Add(late, false, true, []);
            }
        }
    }

    /// <summary>Decides the newest checkpoint anew, when it was refused.</summary>
    /// <param name="refused">What is decided.</param>
    public void Replace(bool refused)
    {
        if (_commits.Values.LastOrDefault(c => !c.Inserted) is { Refused: true } old && _commits.Values.Where(c => !c.Inserted).Max(c => c.Step) == old.Step)
        {
            _commits.Remove(old.Sequence);
            Add(old.Step, refused, false, [.. old.Replaced, new ReplacedCommit(old.Sequence, old.Hash)]);
        }
    }

    public IReadOnlyList<CommitEntry> ReadCommits() => [.. _commits.Values];

    public IEnumerable<TableMessage> ReadMessages(CommitEntry entry, int limit, Predicate<int?>? layers)
    {
        if (!_commits.TryGetValue(entry.Sequence, out var now) || now.Hash != entry.Hash)
        {
            throw new BadInputException("model", $"commit {entry.Sequence}", "it is not there any more", "none");
        }

        return Messages(entry);
    }

    /// <summary>What a commit consists of: rows of two layers and of none, a table in two parts; of a refusal one event.</summary>
    public static IEnumerable<TableMessage> Messages(CommitEntry entry)
    {
        if (!entry.Refused)
        {
            yield return Message(Tables.Health, 0, 1, 1);
            yield return Message(Tables.Health, 1, 1, 2);
            yield return Message(Tables.Health, 1, 2, 2);
        }

        yield return Message(Tables.Events, null, 1, 1);

        TableMessage Message(Tables table, int? layer, int part, int parts) =>
            new(table, layer, part, parts, 1, Encoding.UTF8.GetBytes($"{entry.Sequence} {entry.Hash[..8]} {table} {layer} {part}"));
    }

    private void Add(long step, bool refused, bool inserted, IReadOnlyList<ReplacedCommit> replaced)
    {
        var sequence = ++_sequence;
        _commits.Add(sequence, new CommitEntry(
            sequence, step, sequence.ToString(CultureInfo.InvariantCulture).PadLeft(64, 'a'), step, refused, inserted, new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(sequence), replaced));
    }
}
