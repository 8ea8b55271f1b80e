using System.IO.Compression;
using System.Text;

namespace Emergence.Stages.Tests.Tokens;

/// <summary>Packs by gzip.</summary>
internal static class Packed
{
    public static byte[] Bytes(ReadOnlySpan<byte> content, CompressionLevel level = CompressionLevel.Optimal)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, level, leaveOpen: true))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }

    public static byte[] Bytes(string content) => Bytes(Encoding.UTF8.GetBytes(content));
}
