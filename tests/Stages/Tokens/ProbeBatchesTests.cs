using Emergence.Stages.Tokens;

namespace Emergence.Stages.Tests.Tokens;

public sealed class ProbeBatchesTests
{
    private static readonly ProbeSet s_probe = new([], new[] { 10, 4, 1, 8 }
        .Select((length, d) => new LabelledDocument($"d{d}", Enumerable.Range(1, length).Select(i => (d * 100) + i).ToArray(), []))
        .ToArray());

    [Fact]
    public void Windows_keep_to_their_document_and_are_padded_at_its_end()
    {
        var batches = ProbeBatches.Of(s_probe, 3, 4).ToArray();
        Assert.Equal(
            [new(0, 0, 4), new(0, 4, 4), new(0, 8, 2), new(1, 0, 4), new(2, 0, 1), new(3, 0, 4), new RowSource(3, 4, 4)],
            batches.SelectMany(b => b.Rows));
        Assert.Equal([3, 3, 1], batches.Select(b => b.Rows.Length));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0, 0], batches[0].Tokens);
        Assert.Equal(10, batches[0].TokenCount);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(100, 4)]
    [InlineData(5, 1000)]
    public void Every_probe_index_comes_once_in_order(int rows, int length)
    {
        var seen = new List<int>();
        foreach (var batch in ProbeBatches.Of(s_probe, rows, length))
        {
            for (var r = 0; r < batch.Rows.Length; r++)
            {
                var row = batch.Rows[r];
                for (var i = 0; i < row.Count; i++)
                {
                    Assert.Equal(s_probe.Documents[row.Document].Tokens[row.Start + i], batch.Tokens[(r * length) + i]);
                    seen.Add(s_probe.FirstToken[row.Document] + row.Start + i);
                }
            }
        }

        Assert.Equal(Enumerable.Range(0, s_probe.TokenCount), seen);
    }
}
