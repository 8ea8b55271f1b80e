using System.Runtime.InteropServices;

namespace Emergence.Stages.Models.Kernels;

/// <summary>
/// A weight matrix and its bias in the order in which <see cref="Tile"/> reads them: 32 columns (outputs) at a time, for each of them all
/// inputs, one row of 32 floats after the other. Owns its memory, unless its panels lie in a checkpoint's own tensors.
/// </summary>
internal sealed unsafe class PackedWeights : IDisposable
{
    private const nuint Alignment = 64;

    private readonly nint[] _panels;
    private float* _own;
    private float* _bias;

    /// <summary>Takes memory for a matrix of zeros.</summary>
    /// <param name="depth">Inputs.</param>
    /// <param name="columns">Outputs; those after the last up to a whole panel stay zero.</param>
    public PackedWeights(int depth, int columns)
        : this(depth, new nint[Tile.PadColumns(columns) / Tile.Columns])
    {
        _own = Zeros(checked((nuint)depth * (nuint)Columns));
        for (var panel = 0; panel < _panels.Length; panel++)
        {
            _panels[panel] = (nint)(_own + ((nint)panel * depth * Tile.Columns));
        }
    }

    private PackedWeights(int depth, nint[] panels)
    {
        Depth = depth;
        _panels = panels;
        _bias = Zeros((nuint)Columns);
    }

    /// <summary>Inputs.</summary>
    public int Depth { get; }

    /// <summary>Outputs, rounded up to whole panels.</summary>
    public int Columns => _panels.Length * Tile.Columns;

    /// <summary>Panels of 32 outputs.</summary>
    public int Panels => _panels.Length;

    /// <summary>A matrix whose panels lie where somebody else's memory is.</summary>
    /// <param name="depth">Inputs.</param>
    /// <param name="panels">Each panel's <c>[depth, 32]</c> floats; must outlive this object.</param>
    public static PackedWeights At(int depth, nint[] panels) => new(depth, panels);

    /// <summary>A panel's weights, <c>[Depth, 32]</c>.</summary>
    public float* Panel(int panel) => (float*)_panels[panel];

    /// <summary>A panel's biases, <c>[32]</c>.</summary>
    public float* Bias(int panel) => _bias + (panel * Tile.Columns);

    /// <summary>Sets the weights of one output.</summary>
    /// <param name="column">The output.</param>
    /// <param name="weights">Its first weight.</param>
    /// <param name="stride">Floats from one of its weights to the next.</param>
    public void Set(int column, float* weights, nint stride)
    {
        var to = Panel(column / Tile.Columns) + (column % Tile.Columns);
        for (var i = 0; i < Depth; i++, to += Tile.Columns, weights += stride)
        {
            *to = *weights;
        }
    }

    /// <summary>Sets the bias of one output.</summary>
    /// <param name="column">The output.</param>
    /// <param name="bias">Its bias.</param>
    public void SetBias(int column, float bias) => _bias[column] = bias;

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_own);
        NativeMemory.AlignedFree(_bias);
        _own = null;
        _bias = null;
    }

    private static float* Zeros(nuint count)
    {
        var memory = (float*)NativeMemory.AlignedAlloc(count * sizeof(float), Alignment);
        NativeMemory.Clear(memory, count * sizeof(float));
        return memory;
    }
}
