using System.Runtime.InteropServices;

namespace Emergence.Stages.Models.Kernels;

/// <summary>
/// A weight matrix and its bias in the order in which <see cref="Tile"/> reads them: 32 columns (outputs) at a time, for each of them all
/// inputs, one row of 32 floats after the other. Columns after the last are zero. Owns its memory.
/// </summary>
internal sealed unsafe class PackedWeights : IDisposable
{
    private const nuint Alignment = 64;

    private float* _panels;
    private float* _bias;

    /// <summary>Takes memory for a matrix of zeros.</summary>
    /// <param name="depth">Inputs.</param>
    /// <param name="columns">Outputs.</param>
    public PackedWeights(int depth, int columns)
    {
        Depth = depth;
        Columns = Tile.PadColumns(columns);
        var bytes = checked((nuint)depth * (nuint)Columns * sizeof(float));
        _panels = (float*)NativeMemory.AlignedAlloc(bytes, Alignment);
        NativeMemory.Clear(_panels, bytes);
        _bias = (float*)NativeMemory.AlignedAlloc((nuint)Columns * sizeof(float), Alignment);
        NativeMemory.Clear(_bias, (nuint)Columns * sizeof(float));
    }

    /// <summary>Inputs.</summary>
    public int Depth { get; }

    /// <summary>Outputs, rounded up to whole panels.</summary>
    public int Columns { get; }

    /// <summary>Panels of 32 outputs.</summary>
    public int Panels => Columns / Tile.Columns;

    /// <summary>A panel's weights, <c>[Depth, 32]</c>.</summary>
    public float* Panel(int panel) => _panels + ((nint)panel * Depth * Tile.Columns);

    /// <summary>A panel's biases, <c>[32]</c>.</summary>
    public float* Bias(int panel) => _bias + (panel * Tile.Columns);

    /// <summary>Sets the weights of consecutive outputs.</summary>
    /// <param name="column">The first output.</param>
    /// <param name="weights">Row-major <c>[outputs, Depth]</c>, as checkpoints have them.</param>
    public void Set(int column, ReadOnlySpan<float> weights)
    {
        for (; weights.Length > 0; weights = weights[Depth..], column++)
        {
            var to = Panel(column / Tile.Columns) + (column % Tile.Columns);
            for (var i = 0; i < Depth; i++)
            {
                to[(nint)i * Tile.Columns] = weights[i];
            }
        }
    }

    /// <summary>Sets the biases of consecutive outputs.</summary>
    /// <param name="column">The first output.</param>
    /// <param name="biases">Their biases.</param>
    public void SetBias(int column, ReadOnlySpan<float> biases) => biases.CopyTo(new Span<float>(_bias, Columns)[column..]);

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_panels);
        NativeMemory.AlignedFree(_bias);
        _panels = null;
        _bias = null;
    }
}
