using System.Numerics;
using System.Runtime.InteropServices;
using Emergence.Stages.Input;
using Emergence.Stages.Models.Safetensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Emergence.Stages.Models.Loading;

/// <summary>
/// Reads parameters from a checkpoint into tensors, piece by piece: each piece is checked and sketched while it is in the cache. On the
/// CPU in float32 the pieces go straight into the tensor's memory; otherwise through a few buffers, which for a GPU are pinned, so that
/// the next piece is read while the one before is copied. At no time is there a second copy of a tensor.
/// </summary>
internal sealed class WeightReader : IDisposable
{
    /// <summary>4 MiB of float32: in a core's cache on the way to the tensor, long enough for the disk.</summary>
    public const int PieceElements = 1 << 20;

    // One is being filled while the others are being copied.
    private const int BufferCount = 4;

    private readonly SafetensorsFolder _weights;
    private readonly WeightLoading _how;
    private readonly bool _direct;
    private Tensor[] _buffers = [];
    private int _used;

    /// <param name="weights">The checkpoint's weights; must outlive this object.</param>
    /// <param name="how">Where to and in which type.</param>
    public WeightReader(SafetensorsFolder weights, WeightLoading how)
    {
        _weights = weights;
        _how = how;
        _direct = how.Device.type == DeviceType.CPU && how.Precision == ScalarType.Float32;
    }

    /// <summary>Reads a whole parameter.</summary>
    /// <param name="info">A parameter that has been compared with the file.</param>
    /// <returns>The tensor, in no dispose scope; the caller owns it.</returns>
    /// <exception cref="BadInputException">A value is not finite, or the file became shorter.</exception>
    public Tensor Read(ParameterInfo info) => Read(info, 0, [.. info.Shape]);

    /// <summary>Reads rows of a parameter.</summary>
    /// <param name="info">A parameter of two dimensions that has been compared with the file.</param>
    /// <param name="first">The first row.</param>
    /// <param name="rows">How many.</param>
    /// <returns>The tensor <c>[rows, columns]</c>, in no dispose scope; the caller owns it.</returns>
    /// <exception cref="BadInputException">A value is not finite, or the file became shorter.</exception>
    public Tensor ReadRows(ParameterInfo info, long first, long rows) => Read(info, first * info.Shape[1], [rows, info.Shape[1]]);

    public void Dispose()
    {
        if (_buffers.Length > 0)
        {
            Settle();
            Array.ForEach(_buffers, b => b.Dispose());
        }
    }

    private Tensor Read(ParameterInfo info, long first, long[] shape)
    {
        var tensor = empty(shape, _how.Precision, _how.Device).DetachFromDisposeScope();
        try
        {
            using var flat = tensor.view(-1);
            var count = flat.shape[0];
            for (long done = 0; done < count;)
            {
                var length = (int)Math.Min(count - done, PieceElements);
                using var piece = flat.narrow(0, done, length);
                Fill(info, first + done, piece, length);
                done += length;
            }

            return tensor;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
    }

    private void Fill(ParameterInfo info, long first, Tensor piece, int length)
    {
        if (_direct)
        {
            ReadChecked(info, first, MemoryMarshal.Cast<byte, float>(piece.bytes));
            return;
        }

        using var buffer = NextBuffer().narrow(0, 0, length);
        ReadChecked(info, first, MemoryMarshal.Cast<byte, float>(buffer.bytes));
        piece.copy_(buffer, nonBlocking: true);
    }

    private void ReadChecked(ParameterInfo info, long first, Span<float> values)
    {
        _weights.ReadFloats(info.Name, first, values);
        if (FirstNotFinite(values) is var at and >= 0)
        {
            throw new BadInputException(
                _weights.FileOf(info.Name), $"tensor {info.Name}", $"element {first + at} is {values[at]}, not a finite number", "The training run has diverged or the file is damaged; use an earlier checkpoint");
        }

        _how.Sketch?.Add(info.Layer, info.Name, first, values);
    }

    private Tensor NextBuffer()
    {
        if (_buffers.Length == 0)
        {
            _buffers = [.. Enumerable.Range(0, BufferCount).Select(_ => NewBuffer())];
        }
        else if (_used % BufferCount == 0)
        {
            Settle();
        }

        return _buffers[_used++ % BufferCount];
    }

    /// <summary>Waits until no buffer is being copied any more.</summary>
    private void Settle()
    {
        if (_how.Device.type == DeviceType.CUDA)
        {
            cuda.synchronize(_how.Device);
        }
    }

    private Tensor NewBuffer()
    {
        var buffer = empty([PieceElements], ScalarType.Float32).DetachFromDisposeScope();
        if (_how.Device.type != DeviceType.CUDA)
        {
            return buffer;
        }

        using (buffer)
        {
            return buffer.pin_memory().DetachFromDisposeScope();
        }
    }

    /// <summary>Index of the first NaN or infinity, −1 when there is none: all exponent bits set.</summary>
    private static int FirstNotFinite(ReadOnlySpan<float> values)
    {
        var bits = MemoryMarshal.Cast<float, int>(values);
        var exponent = new Vector<int>(0x7F800000);
        var i = 0;
        for (; i <= bits.Length - Vector<int>.Count; i += Vector<int>.Count)
        {
            if (Vector.EqualsAny(new Vector<int>(bits[i..]) & exponent, exponent))
            {
                break;
            }
        }

        for (; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
