using Emergence.Stages.Models.Kernels;

namespace Emergence.Stages.Tests.Models.Kernels;

public sealed class ProductTests
{
    [KernelTheory]
    [InlineData(1, 1, 1)]
    [InlineData(14, 32, 32)]
    [InlineData(15, 33, 31)]
    [InlineData(27, 70, 100)]
    [InlineData(6, 64, 300)]
    [InlineData(43, 96, 4100)]
    public void A_product_is_the_sum_of_products(int rows, int columns, int depth)
    {
        using var c = Sample.Product(rows, columns, depth, out var expected, TileActivation.None);
        Sample.Close(expected, c, 2e-6);
    }

    [KernelTheory]
    [InlineData(TileActivation.Gelu)]
    [InlineData(TileActivation.GeluTanh)]
    [InlineData(TileActivation.Silu)]
    [InlineData(TileActivation.Relu)]
    internal void An_activation_is_applied_to_every_value_once(TileActivation activation)
    {
        using var c = Sample.Product(20, 40, 2100, out var expected, activation);
        Sample.Close(expected, c, 2e-6);
    }

    [KernelTheory]
    [InlineData(TileActivation.Gelu)]
    [InlineData(TileActivation.GeluTanh)]
    [InlineData(TileActivation.Silu)]
    [InlineData(TileActivation.Relu)]
    internal unsafe void An_activation_is_right_however_large_its_argument(TileActivation activation)
    {
        double[] arguments = [0, 1e-6, 1, 3, 5, 8, 9, 10, 10.05, 11, 13, 20, 50, 86, 87, 87.4, 88, 88.5, 89, 100, 1e4, 1e9];
        foreach (var argument in arguments.Concat(arguments.Select(a => -a)))
        {
            using var tile = new FloatRows(1, Tile.Columns);
            tile.Values(0).Fill((float)argument);
            activation.Apply(1, tile.Row(0), tile.Stride);
            var expected = Sample.Of(activation, (float)argument);
            Assert.True(Math.Abs(expected - tile.Values(0)[7]) <= 2e-6 * Math.Max(1, Math.Abs(expected)), $"{activation}({argument}) is {expected}, not {tile.Values(0)[7]}");
        }
    }

    [KernelTheory]
    [InlineData(31, 40, 33)]
    [InlineData(16, 64, 2100)]
    public unsafe void An_added_product_keeps_what_was_there(int rows, int columns, int depth)
    {
        using var a = Sample.Rows(rows, depth, 1);
        using var c = Sample.Rows(rows, columns, 2);
        using var weights = Sample.Weights(columns, depth, 3, out var w, out var bias);
        var expected = Sample.Multiply(Sample.Values(a), w, bias);
        var before = Sample.Values(c);
        for (var r = 0; r < rows; r++)
        {
            for (var i = 0; i < columns; i++)
            {
                expected[r][i] += before[r][i];
            }
        }

        Product.Run(a.Row(0), a.Stride, rows, weights, c.Row(0), c.Stride, add: true);
        Sample.Close(expected, c, 2e-6);
    }

    [KernelTheory]
    [InlineData(29, 50, 40)]
    [InlineData(3, 32, 1500)]
    public unsafe void A_gated_product_lets_through_what_its_gate_says(int rows, int columns, int depth)
    {
        using var a = Sample.Rows(rows, depth, 4);
        using var c = new FloatRows(rows, columns);
        using var weights = new PackedWeights(depth, 2 * Tile.PadColumns(columns));
        var gates = Sample.Draw(columns, depth, 5, 1 / Math.Sqrt(depth));
        var others = Sample.Draw(columns, depth, 6, 1 / Math.Sqrt(depth));
        for (var i = 0; i < columns; i++)
        {
            var at = (i / Tile.Columns * 2 * Tile.Columns) + (i % Tile.Columns);
            Sample.Set(weights, at, gates[i]);
            Sample.Set(weights, at + Tile.Columns, others[i]);
        }

        Product.RunGated(a.Row(0), a.Stride, rows, weights, c.Row(0), c.Stride, TileActivation.Silu);

        var gate = Sample.Multiply(Sample.Values(a), gates, new float[columns]);
        var other = Sample.Multiply(Sample.Values(a), others, new float[columns]);
        Sample.Close([.. gate.Zip(other, (g, o) => g.Zip(o, (x, y) => Sample.Of(TileActivation.Silu, x) * y).ToArray())], c, 3e-6);
    }
}
