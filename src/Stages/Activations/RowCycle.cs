namespace Emergence.Stages.Activations;

/// <summary>The first rows of a file in order, over and over: the last one is followed by the first.</summary>
/// <param name="file">The file; not disposed.</param>
/// <param name="rows">How many of its rows take part; at least 1.</param>
public sealed class RowCycle(ActivationFile file, long rows)
{
    /// <summary>The row that is read next.</summary>
    public long Next { get; private set; }

    /// <summary>Reads the rows that come next, as float32.</summary>
    /// <param name="into">Receives whole rows, row-major; its length says how many, which may be more than there are.</param>
    public void Read(Span<float> into)
    {
        while (into.Length > 0)
        {
            var count = (int)Math.Min(into.Length / file.Dimension, rows - Next);
            if (count == 0)
            {
                throw new ArgumentException($"{into.Length} values are no whole rows of {file.Dimension}", nameof(into));
            }

            var values = count * file.Dimension;
            file.Read(Next, into[..values]);
            into = into[values..];
            Next = (Next + count) % rows;
        }
    }

    /// <summary>The row of the file that lay <paramref name="back"/> rows before <see cref="Next"/>.</summary>
    /// <param name="back">From 1.</param>
    public long RowBefore(long back) => (((Next - back) % rows) + rows) % rows;
}
