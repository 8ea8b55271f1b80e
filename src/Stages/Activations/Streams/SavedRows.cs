using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Emergence.Stages.Input;
using Emergence.Stages.Models.Safetensors;

namespace Emergence.Stages.Activations.Streams;

/// <summary>
/// Rows of numbers in an open safetensors file, read where they are asked for. Reads are positional: a file that is deleted while it is
/// read stays readable, and one that is cut short ends in a <see cref="BadInputException"/>. Reads may run side by side.
/// </summary>
public sealed class SavedRows
{
    private readonly SafetensorsFile _file;
    private readonly TensorInfo _tensor;
    private readonly ActivationType _type;

    private SavedRows(SafetensorsFile file, TensorInfo tensor, ActivationType type)
        => (_file, _tensor, _type, Rows, Dimension) = (file, tensor, type, tensor.Shape[0], (int)tensor.Shape[1]);

    /// <summary>N, at least 1.</summary>
    public long Rows { get; }

    /// <summary>d, at least 1.</summary>
    public int Dimension { get; }

    private int ElementBytes => _type == ActivationType.Float32 ? 4 : 2;

    private string Place => $"tensor {SafetensorsHeader.Quote(_tensor.Name)}";

    /// <summary>Finds rows in a file.</summary>
    /// <param name="file">The file; must outlive the rows.</param>
    /// <param name="name">The tensor's name.</param>
    /// <param name="meaning">What the rows are for, for the message when they are missing.</param>
    /// <exception cref="BadInputException">There is no such tensor, or it does not hold rows of numbers.</exception>
    internal static SavedRows Of(SafetensorsFile file, string name, string meaning)
    {
        const string remedy = "Save it as shape [rows, dimension] in float32, float16 or bfloat16, as data/README.md shows";
        var place = $"tensor {name}";
        if (!file.TryGet(name, out var tensor))
        {
            throw new BadInputException(file.Path, place, $"the file has no such tensor, which holds {meaning}", remedy);
        }

        var type = tensor.Type switch
        {
            TensorType.F32 => ActivationType.Float32,
            TensorType.F16 => ActivationType.Float16,
            TensorType.BF16 => ActivationType.BFloat16,
            _ => throw new BadInputException(file.Path, place, $"its type {tensor.Type} is not read", remedy),
        };
        return tensor.Shape is [> 0, > 0 and <= ActivationLimits.Dimension]
            ? new SavedRows(file, tensor, type)
            : throw new BadInputException(file.Path, place, $"its shape is [{string.Join(", ", tensor.Shape)}]", remedy);
    }

    /// <summary>Reads rows as float32.</summary>
    /// <param name="first">The first row, from 0.</param>
    /// <param name="into">Receives whole rows, row-major; its length says how many.</param>
    /// <exception cref="ArgumentException">It is no whole number of rows, or there are not so many.</exception>
    /// <exception cref="BadInputException">The file became shorter or cannot be read.</exception>
    public void Read(long first, Span<float> into)
    {
        if (into.Length % Dimension != 0 || first < 0 || first > Rows - (into.Length / Dimension))
        {
            throw new ArgumentException($"{into.Length} values from row {first} on are not rows of [{Rows}, {Dimension}]", nameof(into));
        }

        var offset = first * Dimension * ElementBytes;
        if (_type == ActivationType.Float32)
        {
            _file.ReadBytes(_tensor, offset, MemoryMarshal.AsBytes(into));
            return;
        }

        var bytes = ArrayPool<byte>.Shared.Rent(ActivationLimits.PieceBytes);
        try
        {
            while (into.Length > 0)
            {
                var piece = into[..Math.Min(into.Length, ActivationLimits.PieceBytes / 2)];
                var stored = bytes.AsSpan(0, piece.Length * 2);
                _file.ReadBytes(_tensor, offset, stored);
                Widen(stored, piece);
                into = into[piece.Length..];
                offset += stored.Length;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>Reads everything once: adds the stored bytes to a hash and looks for numbers that are not finite.</summary>
    /// <param name="hash">Receives name, type, shape and bytes.</param>
    /// <param name="cancellationToken">Ends it between two pieces.</param>
    /// <exception cref="BadInputException">A number is not finite, or the file cannot be read.</exception>
    internal void Scan(IncrementalHash hash, CancellationToken cancellationToken)
    {
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes($"{_tensor}\n"));
        var bytes = ArrayPool<byte>.Shared.Rent(ActivationLimits.PieceBytes);
        var values = ArrayPool<float>.Shared.Rent(ActivationLimits.PieceBytes / 2);
        try
        {
            var all = _tensor.End - _tensor.Begin;
            for (long offset = 0; offset < all;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var stored = bytes.AsSpan(0, (int)Math.Min(all - offset, ActivationLimits.PieceBytes));
                _file.ReadBytes(_tensor, offset, stored);
                hash.AppendData(stored);
                var piece = values.AsSpan(0, stored.Length / ElementBytes);
                Widen(stored, piece);
                CheckFinite(piece, offset / ElementBytes);
                offset += stored.Length;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
            ArrayPool<float>.Shared.Return(values);
        }
    }

    private void CheckFinite(ReadOnlySpan<float> values, long before)
    {
        if (Sae.Kernels.FiniteCheck.FirstNonFinite(values) is var at and >= 0)
        {
            var (row, column) = Math.DivRem(before + at, Dimension);
            throw new BadInputException(_file.Path, $"{Place}, row {row}, column {column}", string.Create(CultureInfo.InvariantCulture, $"it is {values[at]}"), "Look at the training job or the export: the numbers have left the range of their type");
        }
    }

    private void Widen(ReadOnlySpan<byte> stored, Span<float> into)
    {
        switch (_type)
        {
            case ActivationType.Float32:
                stored.CopyTo(MemoryMarshal.AsBytes(into));
                break;
            case ActivationType.Float16:
                Widening.Half(MemoryMarshal.Cast<byte, ushort>(stored), into);
                break;
            default:
                Widening.BFloat16(MemoryMarshal.Cast<byte, ushort>(stored), into);
                break;
        }
    }
}
