namespace Emergence.Cli.Tail;

/// <summary>Where rows are read from.</summary>
internal interface ITailSource
{
    /// <summary>Reads what was asked for.</summary>
    /// <param name="query">What was asked for.</param>
    /// <param name="notes">Takes what a person should know.</param>
    /// <param name="stop">Ends following with <see cref="OperationCanceledException"/>.</param>
    IAsyncEnumerable<TailPiece> ReadAsync(TailQuery query, ITailNotes notes, CancellationToken stop);
}
