using Apache.Arrow;
using Apache.Arrow.Ipc;
using Emergence.Stages.Input;

namespace Emergence.Sinks.Arrow;

/// <summary>
/// Which rows of a batch go into which message: rows of a layer are halved until each piece fits. Lengths are measured by writing
/// each piece to nowhere, which costs little because columns are cut without looking at their values.
/// </summary>
internal sealed class MessagePlan(RecordBatch batch, string source, Tables table, int limit)
{
    private readonly List<(int? Layer, RowRange[] Ranges, int Bytes)> _pieces = [];

    /// <summary>The pieces in order; those of a layer follow each other.</summary>
    public IReadOnlyList<(int? Layer, RowRange[] Ranges, int Bytes)> Pieces => _pieces;

    /// <summary>Plans the messages of a layer.</summary>
    /// <exception cref="BadInputException">A row is larger than a message may be.</exception>
    public void Add(LayerRows layer) => Add(layer.Layer, [.. layer.Ranges]);

    /// <summary>Writes a piece.</summary>
    /// <param name="ranges">Its rows.</param>
    /// <param name="bytes">Where to; of the length that was planned.</param>
    /// <returns>The same array.</returns>
    public byte[] Write(RowRange[] ranges, byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        Write(ranges, stream);
        return stream.Position == bytes.Length ? bytes : throw new InvalidOperationException($"a message of {bytes.Length} bytes became {stream.Position}");
    }

    private void Add(int? layer, RowRange[] ranges)
    {
        using var count = new CountingStream();
        Write(ranges, count);
        var rows = RowRange.Total(ranges);
        if (count.Length <= limit)
        {
            _pieces.Add((layer, ranges, (int)count.Length));
        }
        else if (rows > 1)
        {
            var (before, after) = RowRange.Split(ranges, rows / 2);
            Add(layer, before);
            Add(layer, after);
        }
        else
        {
            throw new BadInputException(
                source,
                $"{(layer is { } l ? $"layer {l}, " : "")}row {ranges[0].Start}",
                $"this row of {TableSchema.NameOf(table)} alone is a message of {count.Length} bytes where {limit} are allowed",
                $"raise --kafka-message-bytes to at least {count.Length}, and max.message.bytes of the topic with it");
        }
    }

    private void Write(RowRange[] ranges, Stream stream)
    {
        using var writer = new ArrowStreamWriter(stream, batch.Schema, leaveOpen: true);
        foreach (var range in ranges)
        {
            // A view: it owns nothing, and disposing it would take the memory away from the batch.
            writer.WriteRecordBatch(batch.Slice(range.Start, range.Count));
        }

        writer.WriteEnd();
    }
}
