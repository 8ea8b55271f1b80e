using Emergence.Sinks.Arrow;

namespace Emergence.Sinks.Kafka;

/// <summary>Names of the topics.</summary>
/// <param name="Prefix">What they begin with, without the dot.</param>
public sealed record KafkaTopics(string Prefix)
{
    /// <summary>The prefix when none is chosen.</summary>
    public const string DefaultPrefix = "emergence";

    /// <summary>Partial curves of a checkpoint in work.</summary>
    public string Live => $"{Prefix}.live";

    /// <summary>Work announced to workers.</summary>
    public string Checkpoints => $"{Prefix}.checkpoints";

    /// <summary>How far each run is published.</summary>
    public string Commits => $"{Prefix}.commits";

    /// <summary>Run folders of layer groups, for workers that share no disk.</summary>
    public string State => $"{Prefix}.state";

    /// <summary>The topic of one table.</summary>
    /// <param name="table">One table.</param>
    public string Of(Tables table) => $"{Prefix}.{TableSchema.NameOf(table)}";

    /// <summary>
    /// Transactional id of a run or of one of its layer groups. It has the topics' prefix because ids, unlike run names, are shared by
    /// every program of a cluster, and because access is granted by prefix. The colon is in no prefix, so that no two of them meet.
    /// </summary>
    /// <param name="run">Run name.</param>
    /// <param name="group">Layer group; null for a run that one process publishes.</param>
    public string TransactionalId(string run, string? group = null) => group is null ? $"{Prefix}:{run}" : $"{Prefix}:{run}/{group}";
}
