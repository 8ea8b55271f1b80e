namespace Emergence.Cli.Tail;

/// <summary>Keeps the newest checkpoints of each run out of pieces that come in any order.</summary>
/// <param name="count">How many of each run.</param>
internal sealed class NewestCheckpoints(int count)
{
    private readonly Dictionary<string, SortedDictionary<long, List<TailPiece>>> _runs = [];

    /// <summary>Takes a piece; one of an older checkpoint than those that are kept is dropped.</summary>
    public void Add(TailPiece piece)
    {
        if (!_runs.TryGetValue(piece.Run.Run, out var steps))
            _runs[piece.Run.Run] = steps = [];
        if (!steps.TryGetValue(piece.Rows.Step, out var pieces))
            steps[piece.Rows.Step] = pieces = [];
        pieces.Add(piece);
        if (steps.Count > count)
            steps.Remove(steps.First().Key);
    }

    /// <summary>What is kept: by run, step, and within a step as the layers are numbered.</summary>
    public IEnumerable<TailPiece> InOrder() =>
        from run in _runs.OrderBy(run => run.Key, StringComparer.Ordinal)
        from step in run.Value
        from piece in step.Value.OrderBy(LayerOf)
        select piece;

    private static int LayerOf(TailPiece piece) =>
        piece.Rows switch
        {
            { Curves: [var row, ..] } => row.Layer,
            { Features: [var row, ..] } => row.Layer,
            { Firings: [var row, ..] } => row.Layer,
            { Health: [var row, ..] } => row.Layer,
            { Events: [{ Layer: { } layer }, ..] } => layer,
            _ => -1,
        };
}
