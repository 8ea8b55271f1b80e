using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Emergence.Stages.Models.Safetensors;

/// <summary>Writes safetensors files of float32 tensors. The same tensors in the same order give the same bytes.</summary>
public static class SafetensorsWriter
{
    /// <summary>Writes a file, replacing one of the same name, and flushes it to the disk. Not atomic: write beside and rename.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">Name, shape and row-major values of each tensor, in the order of their bytes.</param>
    /// <param name="metadata">Texts for <c>__metadata__</c>, written in ordinal order of their keys; null for none.</param>
    /// <exception cref="ArgumentException">A name stands there twice or is reserved, or values do not fit their shape.</exception>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public static void Write(
        string path,
        IReadOnlyList<(string Name, long[] Shape, ReadOnlyMemory<float> Data)> tensors,
        IReadOnlyDictionary<string, string>? metadata = null)
    {
        Check(tensors);
        var header = Header([.. tensors.Select(t => (t.Name, t.Shape))], metadata);
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None);
        file.Write(header);
        foreach (var tensor in tensors)
        {
            // In pieces: the bytes of a large span would overflow a span's length.
            for (var done = 0; done < tensor.Data.Length;)
            {
                var count = Math.Min(tensor.Data.Length - done, 1 << 28);
                file.Write(MemoryMarshal.AsBytes(tensor.Data.Span.Slice(done, count)));
                done += count;
            }
        }

        file.Flush(flushToDisk: true);
    }

    private static void Check(IReadOnlyList<(string Name, long[] Shape, ReadOnlyMemory<float> Data)> tensors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, shape, data) in tensors)
        {
            if (name == "__metadata__" || !names.Add(name))
            {
                throw new ArgumentException($"tensor name {name} stands there twice or is reserved", nameof(tensors));
            }

            if (shape.Length > SafetensorsLimits.Rank || shape.Any(s => s < 0) || shape.Aggregate(1L, (a, b) => checked(a * b)) != data.Length)
            {
                throw new ArgumentException($"tensor {name}: {data.Length} values do not fit shape [{string.Join(", ", shape)}]", nameof(tensors));
            }
        }
    }

    /// <summary>The header of a file of float32 tensors that lie one after the other: its length in 8 bytes, JSON, spaces up to a multiple of 8.</summary>
    internal static ReadOnlySpan<byte> Header(IReadOnlyList<(string Name, long[] Shape)> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        buffer.Advance(buffer.GetSpan(8)[..8].Length);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata is not null)
            {
                json.WriteStartObject("__metadata__");
                foreach (var (key, value) in metadata.OrderBy(m => m.Key, StringComparer.Ordinal))
                {
                    json.WriteString(key, value);
                }

                json.WriteEndObject();
            }

            long offset = 0;
            foreach (var (name, shape) in tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", "F32");
                WriteNumbers(json, "shape", shape);
                WriteNumbers(json, "data_offsets", [offset, offset += 4L * shape.Aggregate(1L, (a, b) => checked(a * b))]);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        // Spaces up to a multiple of 8, so that the tensors' bytes are aligned for readers that map the file.
        var padding = (8 - (buffer.WrittenCount % 8)) % 8;
        buffer.GetSpan(8)[..padding].Fill((byte)' ');
        buffer.Advance(padding);
        var header = MemoryMarshal.AsMemory(buffer.WrittenMemory).Span;
        BinaryPrimitives.WriteInt64LittleEndian(header, header.Length - 8);
        return header;
    }

    private static void WriteNumbers(Utf8JsonWriter json, string key, ReadOnlySpan<long> numbers)
    {
        json.WriteStartArray(key);
        foreach (var number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }
}
