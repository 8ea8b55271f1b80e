namespace Emergence.Sinks.Arrow;

/// <summary>Names that readers of the tables rely on. Within a schema version columns are only ever added.</summary>
public static class TableSchema
{
    /// <summary>Version of names and types of the columns.</summary>
    public const string Version = "1";

    /// <summary>Metadata key: which table a batch belongs to.</summary>
    public const string TableKey = "emergence.table";

    /// <summary>Metadata key: <see cref="Version"/>.</summary>
    public const string VersionKey = "emergence.schema_version";

    /// <summary>Metadata key: version of the definitions behind the numbers.</summary>
    public const string MetricsVersionKey = "emergence.metrics_version";

    /// <summary>Metadata key: run name.</summary>
    public const string RunKey = "run";

    /// <summary>Metadata key: model name.</summary>
    public const string ModelKey = "model";

    /// <summary>Metadata key: the program that wrote the batch, and its version.</summary>
    public const string ProducerKey = "producer";

    /// <summary>The five tables, each alone, in the order in which they are written.</summary>
    public static IReadOnlyList<Tables> Each { get; } = [Tables.Curves, Tables.Features, Tables.Firings, Tables.Health, Tables.Events];

    /// <summary>A table's name, such as <c>curves</c>: in metadata, topics and file names.</summary>
    /// <param name="table">One table.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not exactly one table.</exception>
    public static string NameOf(Tables table) => table switch
    {
        Tables.Curves => "curves",
        Tables.Features => "features",
        Tables.Firings => "firings",
        Tables.Health => "health",
        Tables.Events => "events",
        _ => throw new ArgumentOutOfRangeException(nameof(table), table, "one table is meant"),
    };

    /// <summary>Name of a table's file in a step's folder.</summary>
    /// <param name="table">One table.</param>
    public static string FileOf(Tables table) => NameOf(table) + ".arrow";
}
