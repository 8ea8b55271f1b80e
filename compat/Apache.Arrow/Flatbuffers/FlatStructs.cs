namespace Apache.Arrow.Flatbuffers;

/// <summary>A vector of structs in a FlatBuffer.</summary>
/// <param name="bytes">Its bytes.</param>
/// <param name="size">Bytes of a struct.</param>
/// <param name="buffer">The FlatBuffer.</param>
/// <param name="start">Where in it the vector begins.</param>
internal readonly ref struct FlatStructs(ReadOnlySpan<byte> bytes, int size, FlatBuffer buffer, long start)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>How many structs.</summary>
    public int Count => _bytes.Length / size;

    /// <summary>The bytes of a struct.</summary>
    public ReadOnlySpan<byte> this[int index] => _bytes.Slice(index * size, size);

    /// <summary>The error that says what is wrong with a struct, or, behind the last, that it is missing.</summary>
    public InvalidDataException Malformed(int index, string problem) => buffer.Malformed(start + ((long)index * size), problem);
}
