using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Emergence.Stages.Input;
using Microsoft.Win32.SafeHandles;

namespace Emergence.Stages.Models.Safetensors;

/// <summary>
/// A safetensors file, checked when it is opened: 8 bytes header length (little-endian), a JSON header, then the tensors'
/// bytes (https://github.com/huggingface/safetensors, "Format"). Tensors are read when asked for. Not thread-safe only in
/// <see cref="Dispose"/>; reads may run side by side.
/// </summary>
/// <remarks>
/// Reads are positional reads, not a memory map: a mapped file that another program cuts short while it is read ends the
/// whole process with SIGBUS, and here such a file must end in a <see cref="BadInputException"/>.
/// </remarks>
public sealed class SafetensorsFile : IDisposable
{
    private const string Truncated = "Wait until it is written completely, or copy it again";
    private const int ChunkBytes = 1 << 16;

    private readonly SafeFileHandle _handle;
    private readonly SafetensorsHeader _header;
    private readonly long _dataStart;

    private SafetensorsFile(string path, SafeFileHandle handle, SafetensorsHeader header, long dataStart)
    {
        Path = path;
        _handle = handle;
        _header = header;
        _dataStart = dataStart;
    }

    /// <summary>The file as it was named.</summary>
    public string Path { get; }

    /// <summary>All tensors, in the order of their bytes.</summary>
    public IReadOnlyList<TensorInfo> Tensors => _header.Tensors;

    /// <summary>The header's <c>__metadata__</c>; empty when it has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>Opens a file and checks its header against its length.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="BadInputException">It cannot be read, is cut short, or its header does not describe it.</exception>
    public static SafetensorsFile Open(string path)
    {
        SafeFileHandle? handle = null;
        try
        {
            handle = File.OpenHandle(path, options: FileOptions.SequentialScan);
            var length = RandomAccess.GetLength(handle);
            Span<byte> prefix = stackalloc byte[8];
            if (length < 8 || !ReadFully(handle, prefix, 0))
            {
                throw new BadInputException(path, "offset 0", $"the file has {length} bytes, less than the 8 of a header length", Truncated);
            }

            var size = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
            if (size > SafetensorsLimits.HeaderBytes)
            {
                throw new BadInputException(path, "offset 0", $"the header claims {size} bytes, more than the {SafetensorsLimits.HeaderBytes} allowed", "Check that this is a safetensors file");
            }

            if ((long)size > length - 8)
            {
                throw new BadInputException(path, "offset 0", $"the header claims {size} bytes, {length - 8} follow", Truncated);
            }

            var json = new byte[size];
            if (!ReadFully(handle, json, 8))
            {
                throw new BadInputException(path, "offset 8", "the file became shorter while it was read", Truncated);
            }

            var dataStart = 8 + (long)size;
            var file = new SafetensorsFile(path, handle, SafetensorsHeader.Parse(path, json, length - dataStart), dataStart);
            handle = null;
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new BadInputException(path, "", $"it cannot be read: {e.Message.TrimEnd('.')}", "Check that the file is there and readable", e);
        }
        finally
        {
            handle?.Dispose();
        }
    }

    /// <summary>Finds a tensor by name.</summary>
    /// <param name="name">Name in the file.</param>
    /// <param name="tensor">The tensor.</param>
    public bool TryGet(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out TensorInfo? tensor) => _header.ByName.TryGetValue(name, out tensor);

    /// <summary>Where a tensor of <see cref="Tensors"/> begins, counted from the file's first byte.</summary>
    internal long Position(TensorInfo tensor) => _dataStart + tensor.Begin;

    /// <summary>Reads a tensor as float32, row-major; F16 and BF16 are converted exactly.</summary>
    /// <param name="name">Name in the file.</param>
    /// <exception cref="BadInputException">No such tensor, a type that is only listed, or the file became shorter.</exception>
    public float[] ReadFloats(string name)
    {
        var tensor = Readable(name);
        if (tensor.Count > Array.MaxLength)
        {
            throw new BadInputException(Path, $"tensor {SafetensorsHeader.Quote(name)}", $"{tensor.Count} elements do not fit an array", "Use a checkpoint with smaller tensors");
        }

        var values = new float[tensor.Count];
        ReadFloats(name, values);
        return values;
    }

    /// <summary>Reads a tensor as float32, row-major, into memory of the caller; F16 and BF16 are converted exactly.</summary>
    /// <param name="name">Name in the file.</param>
    /// <param name="destination">As long as the tensor has elements.</param>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    /// <exception cref="BadInputException">No such tensor, a type that is only listed, or the file became shorter.</exception>
    public void ReadFloats(string name, Span<float> destination)
    {
        var tensor = Readable(name);
        if (destination.Length != tensor.Count)
        {
            throw new ArgumentException($"{tensor} needs {tensor.Count} elements, not {destination.Length}", nameof(destination));
        }

        var position = _dataStart + tensor.Begin;
        if (tensor.Type == TensorType.F32)
        {
            // In pieces: the bytes of a large span would overflow a span's length.
            for (var done = 0; done < destination.Length;)
            {
                var piece = destination.Slice(done, Math.Min(destination.Length - done, 1 << 28));
                Fill(tensor, MemoryMarshal.AsBytes(piece), position + (4L * done));
                done += piece.Length;
            }

            return;
        }

        ReadHalves(tensor, destination, position);
    }

    /// <summary>Reads some of a tensor's bytes as they are stored.</summary>
    /// <param name="tensor">A tensor of this file, of any type.</param>
    /// <param name="offset">From the tensor's first byte.</param>
    /// <param name="destination">Receives them; its length says how many.</param>
    /// <exception cref="ArgumentOutOfRangeException">The tensor has fewer.</exception>
    /// <exception cref="BadInputException">They cannot be read, or the file became shorter.</exception>
    internal void ReadBytes(TensorInfo tensor, long offset, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, tensor.End - tensor.Begin - destination.Length);
        Fill(tensor, destination, _dataStart + tensor.Begin + offset);
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private void ReadHalves(TensorInfo tensor, Span<float> destination, long position)
    {
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            for (var done = 0; done < destination.Length;)
            {
                var count = Math.Min(destination.Length - done, ChunkBytes / 2);
                var bytes = chunk.AsSpan(0, 2 * count);
                Fill(tensor, bytes, position + (2L * done));
                var halves = MemoryMarshal.Cast<byte, ushort>(bytes);
                for (var i = 0; i < count; i++)
                {
                    destination[done + i] = tensor.Type == TensorType.BF16
                        ? BitConverter.UInt32BitsToSingle((uint)halves[i] << 16)
                        : (float)BitConverter.UInt16BitsToHalf(halves[i]);
                }

                done += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    private TensorInfo Readable(string name)
    {
        if (!TryGet(name, out var tensor))
        {
            throw new BadInputException(Path, $"tensor {SafetensorsHeader.Quote(name)}", "the file has no such tensor", "Check that the checkpoint is of the architecture its config.json names");
        }

        return TensorTypes.IsReadable(tensor.Type)
            ? tensor
            : throw new BadInputException(Path, $"tensor {SafetensorsHeader.Quote(name)}", $"its type {tensor.Type} is not supported", "Save the checkpoint in float32, float16 or bfloat16");
    }

    private void Fill(TensorInfo tensor, Span<byte> destination, long position)
    {
        try
        {
            if (ReadFully(_handle, destination, position))
            {
                return;
            }
        }
        catch (IOException e)
        {
            throw new BadInputException(Path, $"tensor {SafetensorsHeader.Quote(tensor.Name)}", $"its bytes cannot be read: {e.Message.TrimEnd('.')}", "Check the disk and read it again", e);
        }

        throw new BadInputException(Path, $"tensor {SafetensorsHeader.Quote(tensor.Name)}", "the file became shorter while it was read", Truncated);
    }

    private static bool ReadFully(SafeFileHandle handle, Span<byte> destination, long position)
    {
        while (destination.Length > 0)
        {
            var read = RandomAccess.Read(handle, destination, position);
            if (read == 0)
            {
                return false;
            }

            destination = destination[read..];
            position += read;
        }

        return true;
    }
}
