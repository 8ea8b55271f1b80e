using Apache.Arrow;
using Apache.Arrow.Ipc;
using Emergence.Stages.Input;

namespace Emergence.Sinks.Arrow;

/// <summary>
/// Cuts a step's table into messages: by layer, because a message's key is run and layer, and by size. No value is decoded: a piece is a
/// view of the table's columns with the table's schema and dictionaries.
/// </summary>
public static class MessageCutter
{
    /// <summary>
    /// Cuts a table's file. Layers come in order of first appearance, rows of a layer in the order of the file. A table without rows has no
    /// message. Rows of a layer that are not adjacent are several record batches of one message.
    /// </summary>
    /// <param name="file">The file; stays open; can be sought in. It is read when the enumeration begins.</param>
    /// <param name="source">What to call it in an error: its path.</param>
    /// <param name="table">One table.</param>
    /// <param name="step">The step it has to be of; rows of <c>events</c> may be of any.</param>
    /// <param name="limit">Most bytes of a message.</param>
    /// <param name="layers">Which layers are wanted; null for all.</param>
    /// <returns>The messages; besides the file one of them is in memory at a time.</returns>
    /// <exception cref="BadInputException">The file is damaged or is another table's or step's, or a row alone is larger than a message may be.</exception>
    public static IEnumerable<TableMessage> CutFile(Stream file, string source, Tables table, long step, int limit, Predicate<int?>? layers = null) =>
        CutFile(file, source, table, step, limit, layers, buffers: null);

    /// <summary>Cuts a table in memory, as the other does a file.</summary>
    /// <param name="batch">The table; not disposed; not to be disposed before the enumeration has ended.</param>
    /// <param name="source">What to call it in an error.</param>
    /// <param name="table">One table.</param>
    /// <param name="limit">Most bytes of a message.</param>
    /// <param name="layers">Which layers are wanted; null for all.</param>
    /// <returns>The messages, one in memory at a time.</returns>
    /// <exception cref="BadInputException">A row alone is larger than a message may be.</exception>
    public static IEnumerable<TableMessage> Cut(RecordBatch batch, string source, Tables table, int limit, Predicate<int?>? layers = null) =>
        Cut([batch], source, table, limit, layers, buffers: null);

    /// <summary>Cuts a table's file; with buffers a message's bytes are there only until the next one is asked for.</summary>
    internal static IEnumerable<TableMessage> CutFile(Stream file, string source, Tables table, long step, int limit, Predicate<int?>? layers, MessageBuffers? buffers)
    {
        var batches = new List<RecordBatch>();
        try
        {
            using var reader = new TableBatches(() => new ArrowFileReader(file, leaveOpen: true), source, table, step);
            while (reader.Next() is { } batch)
            {
                batches.Add(batch);
            }

            foreach (var message in Cut(batches, source, table, limit, layers, buffers))
            {
                yield return message;
            }
        }
        finally
        {
            batches.ForEach(batch => batch.Dispose());
        }
    }

    private static IEnumerable<TableMessage> Cut(List<RecordBatch> batches, string source, Tables table, int limit, Predicate<int?>? layers, MessageBuffers? buffers)
    {
        // Everything is planned before the first message is written, because each says how many there are.
        var plans = new List<MessagePlan>(batches.Count);
        foreach (var batch in batches)
        {
            var plan = new MessagePlan(batch, source, table, limit);
            var column = new TableReader(batch, source).Column<Int32Array>("layer");
            foreach (var layer in LayerRows.Find(column).Where(layer => layers?.Invoke(layer.Layer) ?? true))
            {
                plan.Add(layer);
            }

            plans.Add(plan);
        }

        foreach (var layer in plans.SelectMany(plan => plan.Pieces.Select(piece => piece.Layer)).Distinct())
        {
            var parts = plans.Sum(plan => plan.Pieces.Count(piece => piece.Layer == layer));
            var part = 0;
            foreach (var plan in plans)
            {
                foreach (var (_, ranges, bytes) in plan.Pieces.Where(piece => piece.Layer == layer))
                {
                    part++;
                    yield return new TableMessage(table, layer, part, parts, RowRange.Total(ranges), plan.Write(ranges, buffers?.Next(bytes) ?? GC.AllocateUninitializedArray<byte>(bytes)));
                }
            }
        }
    }
}
