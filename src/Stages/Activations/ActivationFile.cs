using System.Runtime.InteropServices;
using Emergence.Stages.Input;

namespace Emergence.Stages.Activations;

/// <summary>
/// Activations that someone has saved: N rows of d numbers in a <c>.npy</c> or <c>.safetensors</c> file, which is mapped, not loaded:
/// rows become float32 when they are asked for, and little of the file is in memory at a time. Not safe for concurrent calls.
/// </summary>
public sealed class ActivationFile : IDisposable
{
    private readonly MappedWindow _window;
    private readonly long _dataStart;

    private ActivationFile(string path, ActivationLayout layout)
    {
        Path = path;
        Rows = layout.Rows;
        Dimension = layout.Dimension;
        Type = layout.Type;
        _dataStart = layout.DataStart;
        _window = new MappedWindow(path, _dataStart + (Rows * RowBytes));
    }

    /// <summary>The file as it was named.</summary>
    public string Path { get; }

    /// <summary>N, at least 1.</summary>
    public long Rows { get; }

    /// <summary>d, at least 1.</summary>
    public int Dimension { get; }

    /// <summary>How the numbers are stored.</summary>
    public ActivationType Type { get; }

    private int ElementBytes => Type == ActivationType.Float32 ? 4 : 2;

    private long RowBytes => (long)Dimension * ElementBytes;

    /// <summary>Opens a file and checks its header against its length.</summary>
    /// <param name="path">The file. Its first bytes say which format it is, not its name.</param>
    /// <param name="tensor">Safetensors: the tensor's name. Null: the one called <c>activations</c>, else the only one with two dimensions.</param>
    /// <param name="bfloat16">
    /// <c>.npy</c>: read elements of two bytes without a number type (<c>V2</c>, as ml_dtypes writes) or of 16-bit integers (<c>i2</c>,
    /// <c>u2</c>, PyTorch's <c>view(torch.int16)</c>) as bfloat16. NumPy has no bfloat16, so the file cannot say it; without this such
    /// a file is refused, and with it any other one.
    /// </param>
    /// <exception cref="BadInputException">It cannot be read, is cut short, its header is not sound, or it does not hold rows of numbers.</exception>
    public static ActivationFile Open(string path, string? tensor = null, bool bfloat16 = false)
    {
        try
        {
            var layout = IsNpy(path) ? ActivationLayout.OfNpy(path, tensor, bfloat16) : ActivationLayout.OfSafetensors(path, tensor, bfloat16);
            return new ActivationFile(path, layout);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new BadInputException(path, "", $"it cannot be read: {e.Message.TrimEnd('.')}", "Check that the file is there and readable", e);
        }
    }

    /// <summary>Reads rows as float32.</summary>
    /// <param name="first">The first row, from 0.</param>
    /// <param name="into">Receives whole rows, row-major; its length says how many.</param>
    /// <exception cref="ArgumentException">It is no whole number of rows, or there are not so many.</exception>
    /// <exception cref="BadInputException">The file became shorter.</exception>
    public void Read(long first, Span<float> into)
    {
        if (into.Length % Dimension != 0 || first < 0 || first > Rows - (into.Length / Dimension))
        {
            throw new ArgumentException($"{into.Length} values from row {first} on are not rows of [{Rows}, {Dimension}]", nameof(into));
        }

        var position = _dataStart + (first * RowBytes);
        const int most = ActivationLimits.WindowBytes / 4;
        for (var done = 0; done < into.Length;)
        {
            var piece = into.Slice(done, Math.Min(into.Length - done, most));
            Widen(_window.At(position, piece.Length * ElementBytes), piece);
            done += piece.Length;
            position += (long)piece.Length * ElementBytes;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _window.Dispose();

    private static bool IsNpy(string path)
    {
        using var handle = File.OpenHandle(path);
        Span<byte> first = stackalloc byte[6];
        var read = RandomAccess.Read(handle, first, 0);
        return first[..read].SequenceEqual(NpyHeader.Magic);
    }

    private void Widen(ReadOnlySpan<byte> bytes, Span<float> into)
    {
        switch (Type)
        {
            case ActivationType.Float32:
                bytes.CopyTo(MemoryMarshal.AsBytes(into));
                break;
            case ActivationType.Float16:
                Widening.Half(MemoryMarshal.Cast<byte, ushort>(bytes), into);
                break;
            default:
                Widening.BFloat16(MemoryMarshal.Cast<byte, ushort>(bytes), into);
                break;
        }
    }
}
