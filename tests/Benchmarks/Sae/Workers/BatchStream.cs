using System.Runtime.InteropServices;
using Emergence.TestKit.Sae;
using static TorchSharp.torch;

namespace Emergence.Benchmarks.Sae.Workers;

/// <summary>The rows of a file in memory, handed out as the same few tensors again and again, so that feeding them allocates nothing.</summary>
internal sealed class BatchStream : IDisposable
{
    private const int ReadRows = 8192;

    private readonly Tensor _rows;
    private Tensor[] _batches = [];
    private int _next;

    /// <param name="file">A <c>.npy</c> matrix.</param>
    public BatchStream(string file)
    {
        using var matrix = NpyMatrix.Open(file);
        Dimension = matrix.Columns;
        _rows = empty(matrix.Rows, matrix.Columns);
        for (long row = 0; row < matrix.Rows; row += ReadRows)
        {
            using var part = _rows.narrow(0, row, Math.Min(ReadRows, matrix.Rows - row));
            matrix.Read(row, MemoryMarshal.Cast<byte, float>(part.bytes));
        }
    }

    /// <summary>d.</summary>
    public int Dimension { get; }

    /// <summary>Begins at the first row, with batches of another size; rows that do not fill one are left out.</summary>
    public void Rewind(int batch)
    {
        DisposeBatches();
        _batches = [.. Enumerable.Range(0, (int)(_rows.shape[0] / batch)).Select(i => _rows.narrow(0, (long)i * batch, batch))];
        _next = 0;
    }

    /// <summary>The next batch, <c>[batch, d]</c>; stays this object's.</summary>
    public Tensor Next()
    {
        var batch = _batches[_next];
        _next = (_next + 1) % _batches.Length;
        return batch;
    }

    public void Dispose()
    {
        DisposeBatches();
        _rows.Dispose();
    }

    private void DisposeBatches()
    {
        foreach (var batch in _batches)
        {
            batch.Dispose();
        }
    }
}
