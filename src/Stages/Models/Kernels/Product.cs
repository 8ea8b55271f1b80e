namespace Emergence.Stages.Models.Kernels;

/// <summary>Products of rows with packed weights, and what is done with each tile while it is in the nearest cache.</summary>
internal static unsafe class Product
{
    /// <summary>Bytes of weights that stay in a core's cache while rows pass.</summary>
    private const int CachedBytes = 1 << 18;

    /// <summary>Longest sums in one go: 32 columns of that depth are <see cref="CachedBytes"/>.</summary>
    private const int Depth = CachedBytes / (Tile.Columns * sizeof(float));

    /// <summary><c>c = f(a·w + bias)</c>, or <c>c += a·w + bias</c>.</summary>
    /// <param name="a">First row; rows up to a whole tile must exist.</param>
    /// <param name="aStride">Floats from one row to the next.</param>
    /// <param name="rows">Number of rows; rows up to a whole tile may be computed too.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="c">First row of the result; rows up to a whole tile may be written too.</param>
    /// <param name="cStride">Floats from one row to the next.</param>
    /// <param name="add">Whether the result is added to what is there.</param>
    /// <param name="activation">What is applied to the result; <see cref="TileActivation.None"/> when it is added.</param>
    public static void Run(float* a, nint aStride, int rows, PackedWeights weights, float* c, nint cStride, bool add = false, TileActivation activation = TileActivation.None)
    {
        for (var k = 0; k < weights.Depth; k += Depth)
        {
            var depth = Math.Min(Depth, weights.Depth - k);
            var last = k + depth == weights.Depth;
            var group = Math.Max(1, CachedBytes / (depth * Tile.Columns * sizeof(float)));
            for (var first = 0; first < weights.Panels; first += group)
            {
                var end = Math.Min(first + group, weights.Panels);
                for (var row = 0; row < rows; row += Tile.Rows)
                {
                    var count = Math.Min(Tile.Rows, rows - row);
                    for (var panel = first; panel < end; panel++)
                    {
                        var tile = c + (row * cStride) + (panel * Tile.Columns);
                        Tile.Multiply(
                            count, a + (row * aStride) + k, aStride, weights.Panel(panel) + ((nint)k * Tile.Columns), Tile.Columns, depth,
                            tile, cStride, k == 0 ? weights.Bias(panel) : null, add || k > 0);
                        if (last && activation != TileActivation.None)
                        {
                            activation.Apply(count, tile, cStride);
                        }
                    }
                }
            }
        }
    }

    /// <summary>
    /// <c>c = f(a·gate) · (a·up)</c>: the gated inner layer of an MLP (SwiGLU, arXiv 2002.05202). Even panels of the weights are gates, the odd
    /// panel after each is what it lets through.
    /// </summary>
    /// <param name="a">First row; rows up to a whole tile must exist.</param>
    /// <param name="aStride">Floats from one row to the next.</param>
    /// <param name="rows">Number of rows; rows up to a whole tile may be computed too.</param>
    /// <param name="weights">The weights, gates and others panel by panel.</param>
    /// <param name="c">First row of the result, half as many columns as the weights; rows up to a whole tile may be written too.</param>
    /// <param name="cStride">Floats from one row to the next.</param>
    /// <param name="activation">What is applied to the gates.</param>
    public static void RunGated(float* a, nint aStride, int rows, PackedWeights weights, float* c, nint cStride, TileActivation activation)
    {
        var gate = stackalloc float[Tile.Rows * Tile.Columns];
        var group = Math.Max(1, CachedBytes / (weights.Depth * 2 * Tile.Columns * sizeof(float)));
        for (var first = 0; first < weights.Panels / 2; first += group)
        {
            var end = Math.Min(first + group, weights.Panels / 2);
            for (var row = 0; row < rows; row += Tile.Rows)
            {
                var from = a + (row * aStride);
                var count = Math.Min(Tile.Rows, rows - row);
                for (var pair = first; pair < end; pair++)
                {
                    var tile = c + (row * cStride) + (pair * Tile.Columns);
                    Tile.Multiply(count, from, aStride, weights.Panel(2 * pair), Tile.Columns, weights.Depth, gate, Tile.Columns, weights.Bias(2 * pair), add: false);
                    Tile.Multiply(count, from, aStride, weights.Panel((2 * pair) + 1), Tile.Columns, weights.Depth, tile, cStride, weights.Bias((2 * pair) + 1), add: false);
                    activation.Apply(count, gate, Tile.Columns);
                    TileActivations.Scale(tile, cStride, gate);
                }
            }
        }
    }
}
