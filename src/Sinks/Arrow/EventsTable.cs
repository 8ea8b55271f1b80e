using Apache.Arrow;
using Emergence.Stages.Curves;

namespace Emergence.Sinks.Arrow;

/// <summary>Table <c>events</c>. Its <c>step</c> is the one an event concerns, which for a refused checkpoint is not the one it was committed with.</summary>
internal static class EventsTable
{
    private static readonly WordMap<EventKind> _kinds = new();
    private static readonly WordMap<EventSeverity> _severities = new();

    public static RecordBatch Encode(RunIdentity run, CheckpointResult result) => new TableWriter<EventRow>(result.Events)
        .Category("kind", row => _kinds.WordOf(row.Kind))
        .Category("severity", row => _severities.WordOf(row.Severity))
        .Int64("step", row => row.Step)
        .NullableInt32("layer", row => row.Layer)
        .NullableCategory("facet", row => row.Facet)
        .NullableCategory("category", row => row.Category)
        .NullableInt32("feature", row => row.Feature)
        .Text("evidence", row => row.Evidence)
        .Text("message", row => row.Message)
        .Build(Tables.Events, run);

    public static EventRow[] Decode(TableReader table)
    {
        var kind = table.Words("kind", _kinds.Values);
        var severity = table.Words("severity", _severities.Values);
        var step = table.Int64("step");
        var layer = table.NullableInt32("layer");
        var facet = table.NullableCategory("facet");
        var category = table.NullableCategory("category");
        var feature = table.NullableInt32("feature");
        var evidence = table.Text("evidence");
        var message = table.Text("message");
        return table.Rows(i => new EventRow(kind[i], severity[i], step[i], layer[i], facet[i], category[i], feature[i], evidence[i], message[i]));
    }
}
