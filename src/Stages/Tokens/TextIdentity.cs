using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Emergence.Stages.Tokens;

/// <summary>Tells whether two documents are the same text, white space around it aside.</summary>
/// <param name="Bytes">Length in UTF-8.</param>
/// <param name="Hash">First half of its SHA-256.</param>
public readonly record struct TextIdentity(int Bytes, UInt128 Hash)
{
    /// <summary>Identity of a text.</summary>
    /// <param name="text">The text.</param>
    public static TextIdentity Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    /// <summary>Identity of a text.</summary>
    /// <param name="utf8">The text in UTF-8.</param>
    public static TextIdentity Of(ReadOnlySpan<byte> utf8)
    {
        var text = Trimmed(utf8);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, hash);
        return new TextIdentity(text.Length, BinaryPrimitives.ReadUInt128BigEndian(hash));
    }

    /// <summary>The text without white space around it.</summary>
    /// <param name="utf8">The text in UTF-8.</param>
    internal static ReadOnlySpan<byte> Trimmed(ReadOnlySpan<byte> utf8) => utf8.Trim(" \t\r\n\v\f"u8);
}
