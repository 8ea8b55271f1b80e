using Apache.Arrow.Types;

namespace Emergence.Apache.Arrow.Tests.Strict;

/// <summary>Bytes that were changed at random are read or refused: no other exception, no endless work, no memory beyond what they justify.</summary>
public class MutationTests
{
    private const int Mutants = 8000;

    [Theory]
    [InlineData(true, false, 1)]
    [InlineData(true, true, 2)]
    [InlineData(false, false, 3)]
    [InlineData(false, true, 4)]
    public void Changed_bytes_are_read_or_refused(bool file, bool nested, int seed)
    {
        IArrowType[] types = nested ? [.. SampleTable.Types.Where(t => t is NestedType or DictionaryType)] : [.. SampleTable.Types.Where(t => t is not NestedType)];
        var random = new Random(seed);
        byte[][] originals = [.. Enumerable.Range(0, 8).Select(i => SampleTable.Write(file, SampleTable.Make(i, 0.3, i, [types[i % types.Length], types[(i * 5) % types.Length]]).Build()))];
        var (read, refused) = (0, 0);
        for (var i = 0; i < Mutants; i++)
        {
            var bytes = Mutate(originals[random.Next(originals.Length)], random);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                using var reader = SampleTable.Open(file, bytes);
                SampleTable.ReadAll(reader);
                read++;
            }
            catch (Exception e) when (e is InvalidDataException or NotSupportedException)
            {
                refused++;
            }

            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < (400L * bytes.Length) + 200_000, $"mutant {i} of {bytes.Length} bytes made the reader allocate {allocated}");
        }

        Assert.True(read > Mutants / 50 && refused > Mutants / 10, $"{read} read, {refused} refused: the mutants test too little");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Every_cut_is_refused_or_read_as_what_came_before_it(bool file)
    {
        var bytes = SampleTable.Write(file, SampleTable.Make(3, 0.3, 1).Build());
        var whole = 0;
        for (var length = 0; length < bytes.Length; length += 1 + (length % 3))
        {
            try
            {
                using var reader = SampleTable.Open(file, bytes[..length]);
                SampleTable.ReadAll(reader);
                whole++;
            }
            catch (InvalidDataException)
            {
            }
        }

        // A file needs its footer. A stream may end between messages: after the schema, after each dictionary, and after the batch.
        Assert.InRange(whole, file ? 0 : 1, file ? 0 : 3 + SampleTable.Types.Count);
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        var bytes = (byte[])original.Clone();
        for (var n = random.Next(1, 5); n > 0; n--)
        {
            var at = random.Next(bytes.Length);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2 when at + 4 <= bytes.Length:
                    BitConverter.TryWriteBytes(bytes.AsSpan(at), random.Next(3) switch { 0 => int.MaxValue, 1 => -1, _ => random.Next(64) });
                    break;
                case 3:
                    var length = random.Next(1, 1 + Math.Min(32, bytes.Length - at));
                    bytes.AsSpan(random.Next(bytes.Length - length + 1), length).CopyTo(bytes.AsSpan(at));
                    break;
                default:
                    bytes = random.Next(4) == 0 ? bytes[..Math.Max(1, at)] : bytes;
                    break;
            }
        }

        return bytes;
    }
}
