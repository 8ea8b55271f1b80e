using Emergence.Sinks.Arrow;
using Emergence.Sinks.RunFolder;
using Emergence.Stages.Input;

namespace Emergence.Sinks.Kafka.Publishing;

/// <summary>What there is to publish: a run folder, or in tests a list.</summary>
internal interface ICommitSource
{
    /// <summary>Run name.</summary>
    string Run { get; }

    /// <summary>Where it is, for errors.</summary>
    string Place { get; }

    /// <summary>The commits at this moment in the order of committing.</summary>
    /// <exception cref="BadInputException">They cannot be read.</exception>
    IReadOnlyList<CommitEntry> ReadCommits();

    /// <summary>The messages of a commit's tables, by table and layer, one in memory at a time: its bytes are there until the next one is asked for.</summary>
    /// <param name="entry">The commit.</param>
    /// <param name="limit">Most bytes of a message.</param>
    /// <param name="layers">Which layers are wanted; null for all.</param>
    /// <exception cref="BadInputException">A file is damaged, or the commit has been replaced.</exception>
    IEnumerable<TableMessage> ReadMessages(CommitEntry entry, int limit, Predicate<int?>? layers);
}
