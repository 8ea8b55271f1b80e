namespace Emergence.Sinks.Arrow;

/// <summary>A piece of a step's table that travels as one message: rows of one layer, complete in itself.</summary>
/// <param name="Table">The table.</param>
/// <param name="Layer">The layer of all its rows; null for rows of <c>events</c> that concern no layer.</param>
/// <param name="Part">Its number among the pieces of this table and layer, from 1.</param>
/// <param name="Parts">How many pieces they are.</param>
/// <param name="Rows">Rows in it, at least 1.</param>
/// <param name="Stream">An Arrow IPC stream: schema, dictionaries, one record batch or more, end.</param>
public sealed record TableMessage(Tables Table, int? Layer, int Part, int Parts, int Rows, ReadOnlyMemory<byte> Stream)
{
    /// <summary>Media type of <see cref="Stream"/>.</summary>
    public const string ContentType = "application/vnd.apache.arrow.stream";
}
