using Apache.Arrow.Flatbuffers;

namespace Apache.Arrow.Ipc;

/// <summary>A message: what its metadata says, and its body.</summary>
internal readonly record struct Message(byte Kind, FlatTable Header, ReadOnlyMemory<byte> Body)
{
    /// <summary>Reads the metadata; the body is still to come.</summary>
    public static (byte Kind, FlatTable Header, long BodyLength) Parse(ReadOnlyMemory<byte> metadata)
    {
        var root = new FlatBuffer(metadata).Root();
        CheckVersion(root.Int16(0));
        var bodyLength = root.Int64(3);
        return root.Table(2) is not { } header ? throw new InvalidDataException("Arrow message: it has no header")
            : bodyLength is >= 0 and <= int.MaxValue ? (root.Byte(1), header, bodyLength)
            : throw new InvalidDataException($"Arrow message: the body length {bodyLength} is out of range");
    }

    public static void CheckVersion(short version)
    {
        // 3 is version 4, which differs from 5 only in unions, which are not supported anyway.
        if (version is not (MessageLayout.Version5 or MessageLayout.Version5 - 1))
        {
            throw new NotSupportedException($"version {version + 1} of the Arrow format is not supported");
        }
    }
}
