using Apache.Arrow.Ipc;
using Emergence.Sinks.Arrow;

namespace Emergence.Cli.Tail;

/// <summary>Writes a table's rows as one Arrow stream: the schema at once, a batch for each piece, the end when no more come.</summary>
internal sealed class ArrowTail : ITailOutput, IDisposable
{
    private readonly Tables _table;
    private readonly Stream _output;
    private readonly ArrowStreamWriter _writer;

    /// <summary>Begins the stream.</summary>
    /// <param name="table">The table.</param>
    /// <param name="output">Where the bytes go; closed at the end.</param>
    public ArrowTail(Tables table, Stream output)
    {
        _table = table;
        _output = output;
        _writer = new(output, PlainTable.SchemaOf(table));
        _writer.WriteStart();
        _output.Flush();
    }

    /// <inheritdoc/>
    public void Show(TailPiece piece)
    {
        using var batch = PlainTable.Encode(_table, piece.Run, piece.Rows);
        if (batch.Length == 0)
            return;
        _writer.WriteRecordBatch(batch);
        _output.Flush();
    }

    /// <inheritdoc/>
    public void End()
    {
        _writer.WriteEnd();
        _output.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();
}
