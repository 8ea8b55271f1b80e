using Apache.Arrow.Flatbuffers;

namespace Apache.Arrow.Ipc;

/// <summary>A message: what its metadata says, and its body.</summary>
/// <param name="Kind">Kind of the header.</param>
/// <param name="Header">The header.</param>
/// <param name="Offset">Where the message begins in the stream or file.</param>
/// <param name="Body">The body.</param>
/// <param name="BodyOffset">Where that begins.</param>
internal readonly record struct Message(byte Kind, FlatTable Header, long Offset, ReadOnlyMemory<byte> Body, long BodyOffset)
{
    /// <summary>Reads the metadata; the body is still to come.</summary>
    /// <param name="metadata">The metadata.</param>
    /// <param name="offset">Where it begins.</param>
    public static (byte Kind, FlatTable Header, long BodyLength) Parse(ReadOnlyMemory<byte> metadata, long offset)
    {
        var root = new FlatBuffer(metadata, offset).Root();
        CheckVersion(root);
        var bodyLength = root.Int64(3);
        return root.Table(2) is not { } header ? throw root.Malformed("the message has no header")
            : bodyLength is >= 0 and <= int.MaxValue ? (root.Byte(1), header, bodyLength)
            : throw root.Malformed($"the body length {bodyLength} is out of range");
    }

    /// <summary>Looks at the version that a message or a footer says in its first slot.</summary>
    public static void CheckVersion(FlatTable table)
    {
        // 3 is version 4, which differs from 5 only in unions, which are not supported anyway.
        if (table.Int16(0) is var version and not (MessageLayout.Version5 or MessageLayout.Version5 - 1))
        {
            throw table.Unsupported($"version {version + 1} of the Arrow format is not supported");
        }
    }
}
