using Emergence.Stages.Capture.Rows;
using Emergence.Stages.Input;

namespace Emergence.Stages.Tests.Capture.Rows;

public sealed class TokenRowsTests
{
    private static TokenRows Of(params int[] lengths)
    {
        var next = 0;
        return new TokenRows("rows", [.. lengths.Select(l => (ReadOnlyMemory<int>)Enumerable.Range(0, l).Select(_ => next++).ToArray())], IsTable: lengths.Distinct().Count() == 1);
    }

    [Fact]
    public void Cutting_keeps_every_token_in_its_place()
    {
        var cut = Of(7, 3, 4).Cut(3);
        Assert.Equal([3, 3, 1, 3, 3, 1], cut.Rows.Select(r => r.Length));
        Assert.Equal(Enumerable.Range(0, 14), cut.Rows.SelectMany(r => r.ToArray()));
        Assert.False(cut.IsTable);
        var table = Of(4, 4);
        Assert.Same(table, table.Cut(4));
        Assert.False(table.Cut(2).IsTable);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(64)]
    [InlineData(1000)]
    public void Batches_hold_every_row_once_and_in_order_in_few_lengths(int tokensAtOnce)
    {
        var rows = Of([.. Enumerable.Range(0, 60).Select(i => 1 + (i * 5 % 21))]);
        var batches = rows.Batches(tokensAtOnce).ToArray();
        Assert.Equal(Enumerable.Range(0, 60), batches.SelectMany(b => b.Rows.Select(r => r.Document)));
        Assert.All(batches, b => Assert.True(b.Rows.Length == 1 || b.Tokens.Length <= tokensAtOnce));
        Assert.Subset(new HashSet<int> { 1, 2, 4, 8, 16, 21 }, batches.Select(b => b.Length).ToHashSet());
        var real = batches.SelectMany(b => b.Rows.SelectMany((r, i) => b.Tokens.Skip(i * b.Length).Take(r.Count)));
        Assert.Equal(rows.Rows.SelectMany(r => r.ToArray()).Select(t => (long)t), real);
        Assert.All(batches, b => Assert.All(b.Rows.Select((r, i) => b.Tokens.Skip((i * b.Length) + r.Count).Take(b.Length - r.Count)), padding => Assert.All(padding, t => Assert.Equal(0, t))));
    }

    [Fact]
    public void What_does_not_fit_the_model_is_named()
    {
        Of(3, 4).RequireFit(7, 4);
        var late = Assert.Throws<BadInputException>(() => Of(3, 4).RequireFit(6, 4));
        Assert.Equal(("row 1, token 3", "id 6 is not from 0 to 5, the model's vocabulary"), (late.Place, late.Problem));
        var tooLong = Assert.Throws<BadInputException>(() => Of(3, 4).RequireFit(7, 3));
        Assert.Equal("row 1", tooLong.Place);
        Assert.Contains("--row-length 3", tooLong.Remedy, StringComparison.Ordinal);
    }
}
