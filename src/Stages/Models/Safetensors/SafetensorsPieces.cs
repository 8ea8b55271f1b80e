using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Emergence.Stages.Models.Safetensors;

/// <summary>
/// Writes a safetensors file of float32 tensors whose values arrive in pieces, all tensors side by side: none is in memory as a
/// whole. The metadata may be known last; room is kept for it.
/// </summary>
public sealed class SafetensorsPieces
{
    private readonly Stream _file;
    private readonly (string Name, long[] Shape)[] _tensors;
    private readonly int _headerBytes;
    private readonly long[] _at;
    private readonly long[] _end;

    /// <summary>Lays the file out.</summary>
    /// <param name="file">Empty, and can be sought; stays the caller's.</param>
    /// <param name="tensors">Name and shape of each, in the order of the file.</param>
    /// <param name="metadataBytes">Room for the metadata as JSON.</param>
    public SafetensorsPieces(Stream file, IReadOnlyList<(string Name, long[] Shape)> tensors, int metadataBytes)
    {
        _file = file;
        _tensors = [.. tensors];
        _headerBytes = SafetensorsWriter.Header(_tensors, new Dictionary<string, string> { ["room"] = new('-', metadataBytes) }).Length;
        _at = new long[_tensors.Length];
        _end = new long[_tensors.Length];
        var position = (long)_headerBytes;
        for (var i = 0; i < _tensors.Length; i++)
        {
            _at[i] = position;
            _end[i] = position += 4 * _tensors[i].Shape.Aggregate(1L, (a, b) => checked(a * b));
        }
    }

    /// <summary>Writes the next values of a tensor.</summary>
    /// <param name="tensor">Its index.</param>
    /// <param name="values">The values; no more than it has left.</param>
    public void Write(int tensor, ReadOnlySpan<float> values)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(values.Length, (_end[tensor] - _at[tensor]) / sizeof(float), nameof(values));
        _file.Position = _at[tensor];
        _file.Write(MemoryMarshal.AsBytes(values));
        _at[tensor] += (long)values.Length * sizeof(float);
    }

    /// <summary>Writes the header; the file is whole afterwards.</summary>
    /// <param name="metadata">Pairs for <c>__metadata__</c>.</param>
    /// <exception cref="InvalidOperationException">A tensor lacks values, or there is no room for the metadata.</exception>
    public void Finish(IReadOnlyDictionary<string, string> metadata)
    {
        var header = SafetensorsWriter.Header(_tensors, metadata);
        if (!_at.SequenceEqual(_end) || header.Length > _headerBytes)
        {
            throw new InvalidOperationException($"a tensor lacks values, or {header.Length} bytes of header do not fit {_headerBytes}");
        }

        var padded = new byte[_headerBytes];
        padded.AsSpan().Fill((byte)' ');
        header.CopyTo(padded);
        BinaryPrimitives.WriteInt64LittleEndian(padded, _headerBytes - 8);
        _file.Position = 0;
        _file.Write(padded);
    }
}
