using System.Collections;

namespace TorchSharp.Utils;

/// <summary>A CPU tensor's elements as .NET values, in row-major order whatever the strides; reads and writes the tensor's own memory.</summary>
public sealed unsafe class TensorAccessor<T> : IDisposable, IEnumerable<T> where T : unmanaged
{
    private readonly torch.Tensor _tensor;
    private readonly T* _memory;
    private readonly long[] _shape;
    private readonly long[] _strides;
    private readonly bool _contiguous;

    internal TensorAccessor(torch.Tensor tensor)
    {
        _tensor = tensor;
        _memory = (T*)tensor.DataPointer;
        _shape = tensor.shape;
        _strides = tensor.stride();
        _contiguous = tensor.is_contiguous();
        Count = _shape.TotalSize();
    }

    public long Count { get; }

    public bool IsReadOnly => false;

    /// <summary>One index per dimension, or a single one into the elements in row-major order.</summary>
    public T this[params long[] indices]
    {
        get
        {
            var value = _memory[Offset(indices)];
            GC.KeepAlive(_tensor);
            return value;
        }
        set
        {
            _memory[Offset(indices)] = value;
            GC.KeepAlive(_tensor);
        }
    }

    public T[] ToArray()
    {
        var array = new T[Count];
        CopyTo(array);
        return array;
    }

    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    /// <summary>Copies from tensorIndex on, as many elements as the array has room for after arrayIndex or the tensor has left.</summary>
    public void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var target = array[arrayIndex..];
        var count = Length(target.Length, tensorIndex);
        if (_contiguous) new ReadOnlySpan<T>(_memory + tensorIndex, count).CopyTo(target);
        else for (var i = 0; i < count; i++) target[i] = _memory[Linear(tensorIndex + i)];
        GC.KeepAlive(_tensor);
    }

    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyFrom((ReadOnlySpan<T>)array, arrayIndex, tensorIndex);

    public void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var source = array[arrayIndex..];
        var count = Length(source.Length, tensorIndex);
        if (_contiguous) source[..count].CopyTo(new Span<T>(_memory + tensorIndex, count));
        else for (var i = 0; i < count; i++) _memory[Linear(tensorIndex + i)] = source[i];
        GC.KeepAlive(_tensor);
    }

    public IEnumerator<T> GetEnumerator()
    {
        for (long i = 0; i < Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose()
    {
        // The memory is the tensor's; nothing here to give back.
    }

    private int Length(int room, long tensorIndex)
    {
        if (tensorIndex < 0 || tensorIndex > Count) throw new ArgumentOutOfRangeException(nameof(tensorIndex), tensorIndex, $"The tensor has {Count} elements.");
        return (int)Math.Min(room, Count - tensorIndex);
    }

    private long Offset(long[] indices)
    {
        if (indices.Length == 1 && _shape.Length != 1)
        {
            if (indices[0] < 0 || indices[0] >= Count) throw new ArgumentOutOfRangeException(nameof(indices), indices[0], $"The tensor has {Count} elements.");
            return Linear(indices[0]);
        }
        if (indices.Length != _shape.Length) throw OutOfRange(indices);
        long offset = 0;
        for (var d = 0; d < indices.Length; d++)
        {
            if (indices[d] < 0 || indices[d] >= _shape[d]) throw OutOfRange(indices);
            offset += indices[d] * _strides[d];
        }
        return offset;
    }

    private IndexOutOfRangeException OutOfRange(long[] indices) =>
        new($"[{string.Join(", ", indices)}] is not an element of a tensor of shape [{string.Join(", ", _shape)}].");

    // Where the i-th element in row-major order lies.
    private long Linear(long index)
    {
        if (_contiguous) return index;
        long offset = 0;
        for (var d = _shape.Length - 1; d >= 0; d--)
        {
            offset += index % _shape[d] * _strides[d];
            index /= _shape[d];
        }
        return offset;
    }
}
