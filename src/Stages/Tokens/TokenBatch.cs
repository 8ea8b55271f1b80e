namespace Emergence.Stages.Tokens;

/// <summary>Where a row of a token batch comes from.</summary>
/// <param name="Document">Index of the document in its source.</param>
/// <param name="Start">Position of the row's first token in that document.</param>
/// <param name="Count">How many tokens of the row are real, 1 to the row length; the rest is padding at the end.</param>
public readonly record struct RowSource(int Document, int Start, int Count);

/// <summary>Rows of tokens of equal length, padded at the end, that go through the model together.</summary>
/// <param name="Tokens">Token ids, row-major <c>[Rows.Length, Length]</c>; padding is 0.</param>
/// <param name="Length">Row length (the context the model sees).</param>
/// <param name="Rows">Where each row comes from.</param>
public sealed record TokenBatch(long[] Tokens, int Length, RowSource[] Rows)
{
    /// <summary>Rows of activations that came without tokens.</summary>
    /// <param name="rows">Where they come from.</param>
    /// <returns>A batch whose <see cref="Tokens"/> are empty.</returns>
    public static TokenBatch WithoutTokens(RowSource[] rows) => new([], 0, rows);

    /// <summary>Number of real tokens, padding not counted.</summary>
    public int TokenCount { get; } = Rows.Sum(r => r.Count);

    /// <inheritdoc/>
    public override string ToString() => Tokens.Length == 0 ? $"{TokenCount} rows" : $"{Rows.Length}x{Length} tokens";
}
