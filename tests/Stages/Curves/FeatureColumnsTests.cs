using Emergence.Stages.Curves;

namespace Emergence.Stages.Tests.Curves;

public class FeatureColumnsTests
{
    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1, 0)]
    [InlineData(37, 0)]
    [InlineData(37, 0.4)]
    [InlineData(37, 1)]
    public void Rows_come_out_as_they_went_in(int count, double missing)
    {
        var rows = Rows(count, missing, 3, "a");
        var columns = FeatureColumns.Of(rows);
        Assert.Same(columns, FeatureColumns.Of(columns));
        Assert.Equal(rows.Select(Show), columns.Select(Show));
        Assert.Equal(count, columns.Count);
        Assert.Equal(rows.Select(row => row.State).Distinct(), columns.StateNames);
        Assert.Equal(rows.Select(row => row.Facet).OfType<string>().Distinct(), columns.FacetNames);
        Assert.Equal(rows.Select(row => row.Category).OfType<string>().Distinct(), columns.CategoryNames);
        Assert.Equal(rows.Count(row => row.Z is null), columns.Zs.Missing);
    }

    [Fact]
    public void Tables_behind_each_other_are_the_table_of_all_rows()
    {
        // Lengths that are no multiples of eight, names that meet in another order, tables without words.
        FeatureRow[][] tables = [Rows(13, 0.3, 1, "a"), Rows(7, 1, 2, "b"), [], Rows(21, 0.3, 3, "b"), Rows(5, 0, 4, "a")];
        var joined = FeatureColumns.Concatenate([.. tables.Select(FeatureColumns.Of)]);
        var all = FeatureColumns.Of([.. tables.SelectMany(rows => rows)]);
        Assert.Equal(tables.SelectMany(rows => rows).Select(Show), joined.Select(Show));
        Assert.Equal(all.StateNames, joined.StateNames);
        Assert.Equal(all.FacetNames, joined.FacetNames);
        Assert.Equal(all.CategoryNames, joined.CategoryNames);

        // To the bit, what is missing included: the arrays are what is written.
        Assert.Equal(all.Facets.Values.ToArray(), joined.Facets.Values.ToArray());
        Assert.Equal(all.Facets.Present.ToArray(), joined.Facets.Present.ToArray());
        Assert.Equal(all.Qs.Values.ToArray(), joined.Qs.Values.ToArray());
        Assert.Equal(all.Qs.Present.ToArray(), joined.Qs.Present.ToArray());
        Assert.Equal(all.TopContexts.Offsets.ToArray(), joined.TopContexts.Offsets.ToArray());
        Assert.Equal(all.States.ToArray(), joined.States.ToArray());
    }

    private static FeatureRow[] Rows(int count, double missing, int seed, string names)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(feature =>
        {
            var fires = random.NextDouble() >= missing;
            double? Figure() => fires ? random.NextDouble() : null;
            return new FeatureRow(
                seed, feature, random.Next(100), random.NextDouble(), random.NextDouble(), double.NaN, (FeatureState)random.Next(6),
                fires ? $"facet {names} {random.Next(3)}" : null, fires ? $"category {random.Next(9)}" : null, Figure(), Figure(), Figure(), Figure(), Figure(), Figure(), Figure(), Figure(),
                [.. Enumerable.Range(0, random.Next(12)).Select(i => new TopContext(i, random.Next(50), i / 3f))]);
        })];
    }

    private static string Show(FeatureRow row) => $"{row with { TopContexts = Array.Empty<TopContext>() }} {string.Join(' ', row.TopContexts)}";
}
