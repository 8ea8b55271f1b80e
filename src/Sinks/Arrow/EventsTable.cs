using Emergence.Stages.Curves;

namespace Emergence.Sinks.Arrow;

/// <summary>Table <c>events</c>. Its <c>step</c> is the one an event concerns, which for a refused checkpoint is not the one it was committed with.</summary>
internal static class EventsTable
{
    private static readonly WordMap<EventKind> _kinds = new();
    private static readonly WordMap<EventSeverity> _severities = new();

    public static TableWriter Write(CheckpointResult result) => RowTableWriter<EventRow>.Of(result.Events)
        .Category("kind", new("What happened", ColumnDoc.NoUnit, $"{string.Join(", ", _kinds.Words)}; more may be added"), row => _kinds.WordOf(row.Kind))
        .Category("severity", new("How much it matters to a person", ColumnDoc.NoUnit, string.Join(", ", _severities.Words)), row => _severities.WordOf(row.Severity))
        .Int64("step", new("Training step it concerns; of a refused checkpoint that one's, not the one it was committed with", "steps", ColumnDoc.Count), row => row.Step)
        .NullableInt32("layer", new("Layer, when it concerns one", "index", "from 0"), row => row.Layer)
        .NullableCategory("facet", new("Facet, when it concerns one", ColumnDoc.NoUnit, "a facet of the probe set"), row => row.Facet)
        .NullableCategory("category", new("Category, when it concerns one", ColumnDoc.NoUnit, "a category of the facet"), row => row.Category)
        .NullableInt32("feature", new("Feature, when it concerns one", "index", "from 0"), row => row.Feature)
        .Text("evidence", new("The numbers behind it", ColumnDoc.NoUnit, "a JSON object; its keys depend on the kind"), row => row.Evidence)
        .Text("message", new("One sentence for a person", ColumnDoc.NoUnit, "text"), row => row.Message);

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
