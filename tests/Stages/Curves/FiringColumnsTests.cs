using Emergence.Stages.Curves;

namespace Emergence.Stages.Tests.Curves;

public class FiringColumnsTests
{
    private static readonly FiringRow[] _rows =
    [
        new(0, 3, "pos", "verb", 5, 2, 1.5),
        new(0, 3, "genre", "news", 1L << 40, 1, -2.5),
        new(0, 4, "pos", "noun", 7, 7, double.NaN),
        new(2, 0, "pos", "verb", 1, 1, 0.25),
        new(2, 9, "genre", "verb", 2, 1, 8),
    ];

    [Fact]
    public void Rows_come_back_as_they_were_by_index_and_in_order()
    {
        var columns = FiringColumns.Of(_rows);
        Assert.Equal(_rows, columns);
        Assert.Equal(_rows, Enumerable.Range(0, columns.Count).Select(i => columns[i]));
        Assert.Same(columns, FiringColumns.Of(columns));
    }

    [Fact]
    public void Names_stand_in_order_of_first_appearance()
    {
        var columns = FiringColumns.Of(_rows);
        Assert.Equal(["pos", "genre"], columns.FacetNames);
        Assert.Equal(["verb", "news", "noun"], columns.CategoryNames);
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(2, 3)]
    [InlineData(3, 4)]
    [InlineData(5, 5)]
    public void Tables_behind_each_other_are_the_table_of_all_rows(int first, int second)
    {
        var whole = FiringColumns.Of(_rows);
        var joined = FiringColumns.Concatenate([FiringColumns.Of(_rows[..first]), _rows[first..second], FiringColumns.Of(_rows[second..])]);
        Assert.Equal(_rows, joined);
        Assert.Equal(whole.FacetNames, joined.FacetNames);
        Assert.Equal(whole.CategoryNames, joined.CategoryNames);
        Assert.Equal(whole.Categories.ToArray(), joined.Categories.ToArray());
    }

    [Fact]
    public void No_tables_are_an_empty_table() => Assert.Empty(FiringColumns.Concatenate([]));

    [Fact]
    public void Columns_that_do_not_fit_together_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Make([0, 0], [0], ["a"]));
        Assert.Throws<ArgumentException>(() => Make([0], [1], ["a"]));
        Assert.Throws<ArgumentException>(() => Make([0], [-1], ["a"]));
        Assert.Throws<ArgumentException>(() => Make([0], [0], []));
        Assert.Single(Make([0], [0], ["a"]));
    }

    private static FiringColumns Make(int[] layers, int[] categories, string[] names) =>
        new(layers, new int[1], new int[1], categories, new long[1], new int[1], new double[1], ["facet"], names);
}
