using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Emergence.Stages.Input;

namespace Emergence.Stages.Models.Distance;

/// <summary>
/// A weight sketch as bytes, little-endian: magic, version, number of buckets, number of blocks; per block its number, the square of
/// its norm and its sums; a SHA-256 of all before it.
/// </summary>
internal static class SketchFile
{
    private const int Version = 1;
    private const int HeadBytes = 8 + (3 * sizeof(int));
    private const int LayerBytes = sizeof(int) + ((1 + LayerSketch.Buckets) * sizeof(double));
    private const int MaxLayers = ModelLimits.Layers + 1;
    private const string Remedy = "Delete the newest step folder of the run, or start a new run";

    private static ReadOnlySpan<byte> Magic => "EMSKETCH"u8;

    public static void Write(Stream stream, SortedDictionary<int, LayerSketch> layers)
    {
        var bytes = new byte[HeadBytes + (layers.Count * LayerBytes)];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), LayerSketch.Buckets);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), layers.Count);
        var at = HeadBytes;
        foreach (var (layer, sketch) in layers)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), layer);
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(at + 4), sketch.SquareNorm);
            MemoryMarshal.AsBytes(sketch.Sums().AsSpan()).CopyTo(bytes.AsSpan(at + 12));
            at += LayerBytes;
        }

        stream.Write(bytes);
        stream.Write(SHA256.HashData(bytes));
    }

    public static void Read(Stream stream, string file, SortedDictionary<int, LayerSketch> layers)
    {
        var length = stream.Length - stream.Position;
        if (length < HeadBytes + SHA256.HashSizeInBytes || length > HeadBytes + SHA256.HashSizeInBytes + ((long)MaxLayers * LayerBytes))
        {
            throw Bad(file, "", $"it has {length} bytes, which no weight sketch has");
        }

        var bytes = new byte[length - SHA256.HashSizeInBytes];
        stream.ReadExactly(bytes);
        var hash = new byte[SHA256.HashSizeInBytes];
        stream.ReadExactly(hash);
        if (!SHA256.HashData(bytes).AsSpan().SequenceEqual(hash))
        {
            throw Bad(file, "", "its SHA-256 is not the one it ends with");
        }

        if (!bytes.AsSpan().StartsWith(Magic) || BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(8)) != Version || BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(12)) != LayerSketch.Buckets)
        {
            throw Bad(file, "offset 0", "it is no weight sketch of this version");
        }

        var count = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(16));
        if (bytes.Length != HeadBytes + ((long)count * LayerBytes))
        {
            throw Bad(file, "offset 16", $"it is not as long as {count} blocks are");
        }

        for (var at = HeadBytes; at < bytes.Length; at += LayerBytes)
        {
            var sums = MemoryMarshal.Cast<byte, double>(bytes.AsSpan(at + 12, LayerSketch.Buckets * sizeof(double)));
            layers[BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at))] = new LayerSketch(BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(at + 4)), sums);
        }
    }

    private static BadInputException Bad(string file, string place, string problem) => new(file, place, problem, Remedy);
}
