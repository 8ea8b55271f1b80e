using System.Buffers.Binary;

namespace Emergence.Apache.Arrow.Tests.Strict;

/// <summary>
/// Changes Arrow bytes as accidents and attackers do: single bytes and bits, pieces of other inputs in place or in between, missing pieces,
/// cut ends, and numbers of the format (lengths, offsets, counts) set to what is wrong by one, by much, or by sign. From a seed.
/// </summary>
internal sealed class Mutator(IReadOnlyList<byte[]> originals, int seed)
{
    private readonly Random _random = new(seed);
    private readonly int[][] _numbers = [.. originals.Select(PlacesOfNumbers)];
    private readonly byte[] _buffer = new byte[2 * originals.Max(o => o.Length)];

    /// <summary>The next changed input; valid until the next call.</summary>
    public ReadOnlyMemory<byte> Next()
    {
        var which = _random.Next(originals.Count);
        var length = originals[which].Length;
        originals[which].CopyTo(_buffer, 0);
        for (var n = _random.Next(1, 4); n > 0; n--)
        {
            length = Change(which, length);
        }

        return _buffer.AsMemory(0, length);
    }

    private int Change(int which, int length)
    {
        var bytes = _buffer.AsSpan(0, length);
        var at = _random.Next(length);
        switch (_random.Next(20))
        {
            case < 3:
                bytes[at] = (byte)_random.Next(256);
                return length;
            case < 6:
                bytes[at] ^= (byte)(1 << _random.Next(8));
                return length;
            case < 14:
                var numbers = _numbers[which];
                SetNumber(bytes, numbers[_random.Next(numbers.Length)], length);
                return length;
            case < 16:
                Donor(Math.Min(64, length - at)).CopyTo(bytes[at..]);
                return length;
            case 16:
                var inserted = Donor(Math.Min(64, _buffer.Length - length));
                bytes[at..].CopyTo(_buffer.AsSpan(at + inserted.Length));
                inserted.CopyTo(_buffer.AsSpan(at));
                return length + inserted.Length;
            case 17:
                var removed = Math.Min(_random.Next(1, 65), length - at);
                bytes[(at + removed)..].CopyTo(bytes[at..]);
                return Math.Max(1, length - removed);
            case 18:
                return at + 1;
            default:
                bytes.Slice(at, Math.Min(_random.Next(1, 33), length - at)).Clear();
                return length;
        }
    }

    private ReadOnlySpan<byte> Donor(int most)
    {
        var donor = originals[_random.Next(originals.Count)];
        var length = Math.Min(_random.Next(1, Math.Max(2, most + 1)), Math.Min(donor.Length, most));
        return donor.AsSpan(_random.Next(donor.Length - length + 1), length);
    }

    private void SetNumber(Span<byte> bytes, int at, int length)
    {
        var width = _random.Next(3) switch { 0 => 2, 1 => 4, _ => 8 };
        if (at + width > bytes.Length)
        {
            return;
        }

        var place = bytes.Slice(at, width);
        long old = width switch { 2 => BinaryPrimitives.ReadInt16LittleEndian(place), 4 => BinaryPrimitives.ReadInt32LittleEndian(place), _ => BinaryPrimitives.ReadInt64LittleEndian(place) };
        var value = _random.Next(14) switch
        {
            0 => 0,
            1 => -1,
            2 => 1,
            3 => int.MaxValue,
            4 => int.MinValue,
            5 => long.MaxValue,
            6 => long.MinValue,
            7 => old + 1,
            8 => old - 1,
            9 => old * 2,
            10 => old + (8 * _random.Next(-8, 9)),
            11 => length,
            12 => _random.Next(length),
            _ => 1L << _random.Next(63),
        };
        switch (width)
        {
            case 2:
                BinaryPrimitives.WriteInt16LittleEndian(place, (short)value);
                break;
            case 4:
                BinaryPrimitives.WriteInt32LittleEndian(place, (int)value);
                break;
            default:
                BinaryPrimitives.WriteInt64LittleEndian(place, value);
                break;
        }
    }

    // Where numbers stand that are not zero: in metadata references, sizes and counts, in bodies offsets and indices. Zero is padding for the most part.
    private static int[] PlacesOfNumbers(byte[] bytes) => [.. Enumerable.Range(0, bytes.Length / 2).Select(i => i * 2).Where(at => bytes[at] != 0 || (at + 1 < bytes.Length && bytes[at + 1] != 0))];
}
