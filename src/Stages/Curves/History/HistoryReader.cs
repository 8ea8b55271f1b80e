using System.Buffers.Binary;
using System.Text;
using Emergence.Stages.Input;

namespace Emergence.Stages.Curves.History;

/// <summary>Reads the values of a history file one after another and refuses what cannot be.</summary>
internal ref struct HistoryReader(ReadOnlySpan<byte> bytes, int start, string file)
{
    private static readonly UTF8Encoding _strict = new(false, throwOnInvalidBytes: true);
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at = start;

    public readonly BadInputException Wrong(string problem) => HistoryFile.Bad(file, _at, problem);

    public int Int32(int least, int most, string what)
    {
        var value = BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int), what));
        return value >= least && value <= most ? value : throw Wrong($"{what} is {value}");
    }

    public long Int64(long least, long most, string what)
    {
        var value = BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long), what));
        return value >= least && value <= most ? value : throw Wrong($"{what} is {value}");
    }

    public byte Byte(byte most, string what)
    {
        var value = Take(1, what)[0];
        return value <= most ? value : throw Wrong($"{what} is {value}");
    }

    public bool Flag(string what) => Byte(1, what) == 1;

    public double Finite(string what)
    {
        var value = BinaryPrimitives.ReadDoubleLittleEndian(Take(sizeof(double), what));
        return double.IsFinite(value) ? value : throw Wrong($"{what} is {value}");
    }

    /// <summary>A number of things of which each takes at least <paramref name="size"/> of the bytes left.</summary>
    public int Count(int size, string what)
    {
        var value = Int32(0, int.MaxValue, what);
        return (long)value * size <= _bytes.Length - _at ? value : throw Wrong($"{what} is {value}, more than the file can hold");
    }

    public string Text(string what)
    {
        var length = Count(1, $"length of {what}");
        try
        {
            return _strict.GetString(Take(length, what));
        }
        catch (DecoderFallbackException)
        {
            throw Wrong($"{what} is not UTF-8");
        }
    }

    public float[] Floats(long count, string what)
    {
        if (count > (_bytes.Length - _at) / sizeof(float))
        {
            throw Wrong($"{what} are {count} numbers, more than the file can hold");
        }

        var values = new float[count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = BinaryPrimitives.ReadSingleLittleEndian(_bytes[_at..]);
            _at += sizeof(float);
            if (!float.IsFinite(values[i]))
            {
                throw Wrong($"{what} hold {values[i]}");
            }
        }

        return values;
    }

    public readonly void End()
    {
        if (_at != _bytes.Length)
        {
            throw Wrong($"{_bytes.Length - _at} bytes too many");
        }
    }

    private ReadOnlySpan<byte> Take(int length, string what)
    {
        if (length > _bytes.Length - _at)
        {
            throw Wrong($"the file ends before {what}");
        }

        var taken = _bytes.Slice(_at, length);
        _at += length;
        return taken;
    }
}
