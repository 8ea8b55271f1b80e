namespace Emergence.Stages.Tokens;

/// <summary>
/// Cuts the probe set into token batches: every token of it exactly once, documents in order, each document in windows of
/// one row; a document's last window is padded. Rows never join two documents.
/// </summary>
public static class ProbeBatches
{
    /// <summary>Gives the batches in order.</summary>
    /// <param name="probe">The probe set.</param>
    /// <param name="rows">Rows of a batch, at least 1; the last batch may have fewer.</param>
    /// <param name="length">Tokens of a row, at least 1.</param>
    /// <returns>
    /// The batches. Token <c>i</c> of a row has the probe index <c>probe.FirstToken[row.Document] + row.Start + i</c>.
    /// </returns>
    public static IEnumerable<TokenBatch> Of(ProbeSet probe, int rows, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        return Enumerate();

        IEnumerable<TokenBatch> Enumerate()
        {
            foreach (var chunk in Windows(probe, length).Chunk(rows))
            {
                var tokens = new long[checked(chunk.Length * length)];
                for (var r = 0; r < chunk.Length; r++)
                {
                    var (document, start, count) = chunk[r];
                    for (var i = 0; i < count; i++)
                    {
                        tokens[(r * length) + i] = probe.Documents[document].Tokens[start + i];
                    }
                }

                yield return new TokenBatch(tokens, length, chunk);
            }
        }
    }

    private static IEnumerable<RowSource> Windows(ProbeSet probe, int length)
    {
        for (var d = 0; d < probe.Documents.Count; d++)
        {
            var size = probe.Documents[d].Tokens.Length;
            for (long start = 0; start < size; start += length)
            {
                yield return new RowSource(d, (int)start, (int)Math.Min(length, size - start));
            }
        }
    }
}
