using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Emergence.Stages.Activations;
using Emergence.Stages.Input;

namespace Emergence.Stages.Models.Safetensors;

/// <summary>
/// A safetensors file, checked when it is opened: 8 bytes header length (little-endian), a JSON header, then the tensors'
/// bytes (https://github.com/huggingface/safetensors, "Format"). Tensors are read when asked for. Not thread-safe only in
/// <see cref="Dispose"/>; reads may run side by side.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    private const string Truncated = "Wait until it is written completely, or copy it again";
    private const int ChunkBytes = 1 << 16;

    private readonly InputFile _file;
    private readonly SafetensorsHeader _header;
    private readonly long _dataStart;

    private SafetensorsFile(InputFile file, SafetensorsHeader header, long dataStart)
    {
        _file = file;
        _header = header;
        _dataStart = dataStart;
    }

    /// <summary>The file as it was named.</summary>
    public string Path => _file.Path;

    /// <summary>The file itself, for reading it as bytes; it stays this object's.</summary>
    public InputFile Bytes => _file;

    /// <summary>All tensors, in the order of their bytes.</summary>
    public IReadOnlyList<TensorInfo> Tensors => _header.Tensors;

    /// <summary>The header's <c>__metadata__</c>; empty when it has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>Opens a file and checks its header against its length.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="BadInputException">It is not there (<see cref="BadInputException.Vanished"/>). It cannot be read, is cut short, or its header does not describe it.</exception>
    public static SafetensorsFile Open(string path)
    {
        var bytes = InputFile.Open(path);
        try
        {
            return new SafetensorsFile(bytes, ReadHeader(bytes, out var dataStart), dataStart);
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    /// <summary>Finds a tensor by name.</summary>
    /// <param name="name">Name in the file.</param>
    /// <param name="tensor">The tensor.</param>
    public bool TryGet(string name, [NotNullWhen(true)] out TensorInfo? tensor) => _header.ByName.TryGetValue(name, out tensor);

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

        ReadFloats(name, 0, destination);
    }

    /// <summary>Reads part of a tensor, counted in row-major order, as float32; F16 and BF16 are converted exactly.</summary>
    /// <param name="name">Name in the file.</param>
    /// <param name="first">The first element read.</param>
    /// <param name="destination">As long as what is read.</param>
    /// <exception cref="ArgumentException">The tensor ends before the destination.</exception>
    /// <exception cref="BadInputException">No such tensor, a type that is only listed, or the file became shorter.</exception>
    public void ReadFloats(string name, long first, Span<float> destination)
    {
        var tensor = Readable(name);
        if (first < 0 || first > tensor.Count - destination.Length)
        {
            throw new ArgumentException($"{tensor} has no elements {first} to {first + destination.Length - 1}", nameof(first));
        }

        var position = Position(tensor) + (first * TensorTypes.Size(tensor.Type));
        if (tensor.Type != TensorType.F32)
        {
            ReadHalves(tensor, destination, position);
            return;
        }

        // In pieces: the bytes of a large span would overflow a span's length.
        for (var done = 0; done < destination.Length;)
        {
            var piece = destination.Slice(done, Math.Min(destination.Length - done, 1 << 28));
            Fill(tensor, MemoryMarshal.AsBytes(piece), position + (4L * done));
            done += piece.Length;
        }
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
    public void Dispose() => _file.Dispose();

    private static SafetensorsHeader ReadHeader(InputFile file, out long dataStart)
    {
        Span<byte> prefix = stackalloc byte[8];
        if (file.Length < 8)
        {
            throw new BadInputException(file.Path, "offset 0", $"the file has {file.Length} bytes, less than the 8 of a header length", Truncated);
        }

        file.Read(prefix, 0, "offset 0");
        var size = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (size > SafetensorsLimits.HeaderBytes)
        {
            throw new BadInputException(file.Path, "offset 0", $"the header claims {size} bytes, more than the {SafetensorsLimits.HeaderBytes} allowed", "Check that this is a safetensors file");
        }

        if ((long)size > file.Length - 8)
        {
            throw new BadInputException(file.Path, "offset 0", $"the header claims {size} bytes, {file.Length - 8} follow", Truncated);
        }

        var json = new byte[size];
        file.Read(json, 8, "offset 8");
        dataStart = 8 + (long)size;
        return SafetensorsHeader.Parse(file.Path, json, file.Length - dataStart);
    }

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
                if (tensor.Type == TensorType.BF16)
                {
                    Widening.BFloat16(halves, destination.Slice(done, count));
                }
                else
                {
                    Widening.Half(halves, destination.Slice(done, count));
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

    private void Fill(TensorInfo tensor, Span<byte> destination, long position) => _file.Read(destination, position, $"tensor {SafetensorsHeader.Quote(tensor.Name)}");
}
