using System.Buffers;
using System.Buffers.Binary;
using Emergence.Stages.Input;
using Emergence.Stages.Models.Safetensors;

namespace Emergence.Stages.Activations.Streams;

/// <summary>Reads a column of whole numbers, one for each labelled row.</summary>
internal static class SavedIntegers
{
    private const string Remedy = "Save one whole number for each row of activations, as data/README.md shows";

    /// <summary>Reads a column.</summary>
    /// <param name="file">The file.</param>
    /// <param name="tensor">The column, a tensor of it.</param>
    /// <param name="rows">Rows of the activations.</param>
    /// <returns>As many numbers.</returns>
    /// <exception cref="BadInputException">It is no column of whole numbers, or of another length.</exception>
    public static long[] Read(SafetensorsFile file, TensorInfo tensor, int rows)
    {
        var place = $"tensor {SafetensorsHeader.Quote(tensor.Name)}";
        if (tensor.Shape.Count != 1 || tensor.Shape[0] != rows)
        {
            throw new BadInputException(file.Path, place, $"its shape is [{string.Join(", ", tensor.Shape)}], the activations have {rows} rows", Remedy);
        }

        if (tensor.Type is not (TensorType.I8 or TensorType.U8 or TensorType.I16 or TensorType.U16 or TensorType.I32 or TensorType.U32 or TensorType.I64 or TensorType.U64 or TensorType.Bool))
        {
            throw new BadInputException(file.Path, place, $"its type is {tensor.Type}", Remedy);
        }

        var size = (int)((tensor.End - tensor.Begin) / rows);
        var values = new long[rows];
        var bytes = ArrayPool<byte>.Shared.Rent(ActivationLimits.PieceBytes);
        try
        {
            for (var done = 0; done < rows;)
            {
                var count = Math.Min(rows - done, ActivationLimits.PieceBytes / size);
                file.ReadBytes(tensor, (long)done * size, bytes.AsSpan(0, count * size));
                for (var i = 0; i < count; i++)
                {
                    values[done + i] = Value(bytes.AsSpan(i * size, size), tensor.Type)
                        ?? throw new BadInputException(file.Path, $"{place}, row {done + i}", "the number is too large", Remedy);
                }

                done += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }

        return values;
    }

    private static long? Value(ReadOnlySpan<byte> bytes, TensorType type) => type switch
    {
        TensorType.I8 => (sbyte)bytes[0],
        TensorType.U8 or TensorType.Bool => bytes[0],
        TensorType.I16 => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        TensorType.U16 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        TensorType.I32 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        TensorType.U32 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        TensorType.I64 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        _ => BinaryPrimitives.ReadUInt64LittleEndian(bytes) is var large && large <= long.MaxValue ? (long)large : null,
    };
}
