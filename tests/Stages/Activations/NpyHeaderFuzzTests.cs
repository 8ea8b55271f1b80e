using System.Text;
using Emergence.Stages.Activations;
using Emergence.Stages.Input;
using Emergence.TestKit;
using Emergence.TestKit.Activations;

namespace Emergence.Stages.Tests.Activations;

public sealed class NpyHeaderFuzzTests
{
    private static readonly string[] Pieces =
        ["{", "}", "(", ")", ",", ":", "'", "\"", "'shape'", "'descr'", "'fortran_order'", "True", "False", "'<f4'", "'<f2'", "9223372036854775807", "-1", "0", "L", "[", "\0", "\u00e9", "(3, 4)", " "];

    private static readonly byte[] Dictionary = Encoding.Latin1.GetBytes("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }");

    [Fact]
    public void Three_thousand_damaged_headers_are_rows_or_bad_input_and_take_little_memory()
    {
        using var folder = new TemporaryFolder();
        var path = folder["x.npy"];
        var sources = new[] { 1, 2, 3 }.Select(version => NpyFile.Bytes<float>("<f4", "(3, 4)", new float[12], version)).ToArray();
        var random = new Random(20250519);
        int refused = 0, accepted = 0;
        for (var i = 0; i < 3_000; i++)
        {
            // Half of them damage the dictionary alone, in a file that is otherwise sound, so that the parser is reached.
            File.WriteAllBytes(path, i % 2 == 0
                ? Mutated(sources[i % 3], random)
                : NpyFile.Bytes(Encoding.Latin1.GetString(Mutated(Dictionary, random)), new byte[48], 1 + (i % 3)));
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                using var file = ActivationFile.Open(path);
                file.Read(file.Rows - 1, new float[file.Dimension]);
                Assert.True(file.Rows * file.Dimension <= 24);
                accepted++;
            }
            catch (BadInputException e)
            {
                Assert.Equal(path, e.File);
                Assert.NotEmpty(e.Remedy);
                refused++;
            }

            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 400_000, $"case {i} takes too much memory");
        }

        // Both ways out are exercised.
        Assert.True(accepted > 10 && refused > 1_000, $"{accepted} accepted, {refused} refused");
    }

    // Mostly in the header, at times in the data or its length.
    private static byte[] Mutated(byte[] source, Random random)
    {
        var bytes = source.ToList();
        for (var change = random.Next(1, 4); change > 0; change--)
        {
            var at = random.Next(random.Next(8) == 0 ? bytes.Count : Math.Min(bytes.Count, 80));
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 8), bytes.Count - at));
                    break;
                case 3:
                    bytes.InsertRange(at, Encoding.Latin1.GetBytes(Pieces[random.Next(Pieces.Length)]));
                    break;
                case 4:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 40), bytes.Count - at)));
                    break;
                default:
                    bytes[at] = (byte)('0' + random.Next(10));
                    break;
            }
        }

        return [.. bytes];
    }
}
