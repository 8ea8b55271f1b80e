using System.Runtime.InteropServices;

namespace Emergence.Stages.Models.Kernels;

/// <summary>
/// Rows of floats in native memory, made of whole tiles: the rows after the last and the columns after the last exist, hold numbers and may
/// be computed with. Owns its memory.
/// </summary>
internal sealed unsafe class FloatRows : IDisposable
{
    private const nuint Alignment = 64;

    // Strides that are powers of two put every row of a tile into the same few lines of the cache.
    private const int Offset = Tile.Lanes;

    private float* _first;

    /// <summary>Takes memory, all zeros.</summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Floats of a row.</param>
    public FloatRows(int rows, int columns)
    {
        Rows = rows;
        Columns = columns;
        Stride = Tile.PadColumns(columns) + Offset;
        var bytes = checked((nuint)Tile.PadRows(rows) * (nuint)Stride * sizeof(float));
        _first = (float*)NativeMemory.AlignedAlloc(bytes, Alignment);
        NativeMemory.Clear(_first, bytes);
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Floats of a row.</summary>
    public int Columns { get; }

    /// <summary>Floats from one row to the next.</summary>
    public int Stride { get; }

    /// <summary>A row's first float.</summary>
    public float* Row(int row) => _first + ((nint)row * Stride);

    /// <summary>A row's floats.</summary>
    public Span<float> Values(int row) => new(Row(row), Columns);

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_first);
        _first = null;
    }
}
