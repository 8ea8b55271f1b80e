using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Emergence.Stages.Sae.Kernels;

/// <summary>
/// A row-major float32 matrix in a CPU tensor's memory, each row padded with zeros to whole vectors, so that no kernel needs a
/// scalar tail and libtorch's matrix product can use the same memory. It owns its tensor, outside every dispose scope.
/// </summary>
internal sealed unsafe class PaddedMatrix : IDisposable
{
    /// <summary>Floats of one vector; every stride is a multiple of it.</summary>
    public const int Lanes = 16;

    private readonly float* _first;

    public PaddedMatrix(int rows, int columns)
    {
        Rows = rows;
        Columns = columns;
        Stride = Pad(columns);
        using var scope = NewDisposeScope();
        Tensor = zeros(rows, Stride, dtype: ScalarType.Float32, device: CPU).DetachFromDisposeScope();
        // A tensor's memory does not move: the pointer is good until Dispose.
        _first = (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(Tensor.bytes));
    }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Floats from one row to the next.</summary>
    public int Stride { get; }

    /// <summary><c>[Rows, Stride]</c>, padding included.</summary>
    public Tensor Tensor { get; }

    /// <summary>The first of the matrix's floats.</summary>
    public float* First => _first;

    public static int Pad(int columns) => (columns + Lanes - 1) / Lanes * Lanes;

    public float* Row(int row) => _first + ((long)row * Stride);

    /// <summary>The row's values without its padding.</summary>
    public Span<float> Values(int row) => new(Row(row), Columns);

    /// <summary>Sets every value and the padding to zero.</summary>
    public void Clear()
    {
        for (var r = 0; r < Rows; r++)
        {
            new Span<float>(Row(r), Stride).Clear();
        }
    }

    /// <summary>All values without padding, row-major, in a new array.</summary>
    public float[] ToArray()
    {
        var values = new float[checked(Rows * Columns)];
        for (var r = 0; r < Rows; r++)
        {
            Values(r).CopyTo(values.AsSpan(r * Columns));
        }

        return values;
    }

    public void Dispose() => Tensor.Dispose();
}
