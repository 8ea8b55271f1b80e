using Emergence.Stages.Sae.Kernels;
using Emergence.Stages.Sae.Training;

namespace Emergence.Stages.Tests.Sae.Kernels;

/// <summary>Top-k kernels against the three-line formula: sort by value, then index; take k; drop what is not above zero.</summary>
public sealed unsafe class SelectionTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 3)]
    [InlineData(16, 16)]
    [InlineData(100, 7)]
    [InlineData(256, 1)]
    [InlineData(300, 300)]
    [InlineData(1023, 32)]
    [InlineData(1024, 64)]
    [InlineData(2048, 65)]
    [InlineData(5000, 500)]
    public void TopK_of_a_row_is_the_formulas(int features, int k)
    {
        // Values rounded to tenths have many ties; few distinct values and all-equal rows have nothing else.
        foreach (var (seed, quantum) in new[] { (1, 0f), (2, 0.1f), (3, 1f), (4, 10f) })
        {
            using var products = TestMatrix.Normal(4, features, seed);
            using var bias = SaeWeights.NewBias(features);
            Quantise(products, quantum);
            for (var f = 0; f < features; f++)
            {
                bias.First[f] = quantum == 0 ? 0.01f * (f % 7) : 0;
            }

            var selection = new RowSelection(bias.Stride);
            for (var r = 0; r < 4; r++)
            {
                var count = selection.TopK(products.Row(r), bias.First, k);
                var expected = Formula(products, bias, r, k);
                Assert.Equal(expected.Select(e => e.Latent), selection.Indices[..count].ToArray());
                Assert.Equal(expected.Select(e => e.Value), selection.Values[..count].ToArray());
            }
        }
    }

    [Fact]
    public void A_row_without_positive_values_selects_nothing_and_equal_rows_the_lowest_indices()
    {
        using var bias = SaeWeights.NewBias(200);
        using var products = TestMatrix.Of(3, 200, (r, _) => r - 1);
        var selection = new RowSelection(bias.Stride);
        Assert.Equal(0, selection.TopK(products.Row(0), bias.First, 5));
        Assert.Equal(0, selection.TopK(products.Row(1), bias.First, 5));
        Assert.Equal(5, selection.TopK(products.Row(2), bias.First, 5));
        Assert.Equal([0, 1, 2, 3, 4], selection.Indices[..5].ToArray());
    }

    [Fact]
    public void NaN_is_never_selected_and_hides_nothing()
    {
        using var bias = SaeWeights.NewBias(640);
        using var products = TestMatrix.Of(1, 640, (_, c) => c % 3 == 0 ? float.NaN : c);
        var selection = new RowSelection(bias.Stride);
        var count = selection.TopK(products.Row(0), bias.First, 4);
        Assert.Equal([634, 635, 637, 638], selection.Indices[..count].ToArray());
    }

    [Fact]
    public void AtLeast_keeps_what_reaches_the_bound()
    {
        using var bias = SaeWeights.NewBias(50);
        using var products = TestMatrix.Of(1, 50, (_, c) => c);
        var selection = new RowSelection(bias.Stride);
        Assert.Equal(3, selection.AtLeast(products.Row(0), bias.First, 47));
        Assert.Equal([47, 48, 49], selection.Indices[..3].ToArray());
        Assert.Equal(2, selection.AtLeast(products.Row(0), bias.First, MathF.BitIncrement(47)));
    }

    [Fact]
    public void QuickSelect_finds_every_rank()
    {
        var random = new Random(5);
        for (var n = 1; n <= 40; n++)
        {
            var values = Enumerable.Range(0, n).Select(_ => (float)random.Next(10)).ToArray();
            var sorted = values.OrderDescending().ToArray();
            for (var rank = 1; rank <= n; rank++)
            {
                Assert.Equal(sorted[rank - 1], QuickSelect.Greatest(values.ToArray(), rank));
            }
        }
    }

    private static List<(int Latent, float Value)> Formula(PaddedMatrix products, PaddedMatrix bias, int row, int k)
        => Enumerable.Range(0, bias.Columns).Select(f => (Latent: f, Value: products.Values(row)[f] + bias.Values(0)[f]))
            .OrderByDescending(e => e.Value).ThenBy(e => e.Latent).Take(k).Where(e => e.Value > 0).OrderBy(e => e.Latent).ToList();

    private static void Quantise(PaddedMatrix matrix, float quantum)
    {
        for (var r = 0; quantum > 0 && r < matrix.Rows; r++)
        {
            foreach (ref var value in matrix.Values(r))
            {
                value = MathF.Round(value / quantum) * quantum;
            }
        }
    }
}
