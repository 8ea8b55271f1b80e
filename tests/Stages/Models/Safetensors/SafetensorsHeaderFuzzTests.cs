using System.Diagnostics;
using System.Text;
using Emergence.Stages.Input;
using Emergence.Stages.Models.Safetensors;

namespace Emergence.Stages.Tests.Models.Safetensors;

public sealed class SafetensorsHeaderFuzzTests
{
    private static readonly string[] Pieces =
    [
        "{", "}", "[", "]", ":", ",", "\"", "\\u0000", "\\ud800", "-1", "1e9", "9223372036854775807", "18446744073709551616", "0", "null", "true",
        "\"dtype\"", "\"shape\"", "\"data_offsets\"", "\"__metadata__\"", "\"F32\"", "\"BF16\"", "\"a\"", "[0,24]", "[0,0]", " ", "\n", "\u00e9",
    ];

    private static byte[] Mutated(byte[] source, Random random)
    {
        var bytes = source.ToList();
        for (var change = random.Next(1, 5); change > 0; change--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 12), bytes.Count - at));
                    break;
                case 3:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)]));
                    break;
                case 4:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 80), bytes.Count - at)));
                    break;
                default:
                    bytes[at] = (byte)('0' + random.Next(10));
                    break;
            }

            if (bytes.Count == 0)
            {
                bytes.Add((byte)'{');
            }
        }

        return [.. bytes];
    }

    [Fact]
    public void Thirty_thousand_damaged_headers_give_a_sound_layout_or_bad_input_and_little_memory()
    {
        const string header = """{"__metadata__":{"format":"pt","by":"x"},"first":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"second":{"dtype":"BF16","shape":[4],"data_offsets":[24,32]},"third":{"dtype":"F16","shape":[],"data_offsets":[32,34]}}""";
        var source = Encoding.UTF8.GetBytes(header);
        var random = new Random(20250519);
        var clock = Stopwatch.StartNew();
        int refused = 0, accepted = 0;
        for (var i = 0; i < 30_000; i++)
        {
            var json = Mutated(source, random);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                var parsed = SafetensorsHeader.Parse("fuzz", json, 34);
                Assert.Equal(34, parsed.Tensors.Sum(t => t.End - t.Begin));
                Assert.All(parsed.Tensors, t => Assert.Equal(t.Count, t.Shape.Aggregate(1L, (a, b) => a * b)));
                accepted++;
            }
            catch (BadInputException e)
            {
                Assert.Equal("fuzz", e.File);
                Assert.NotEmpty(e.Place);
                refused++;
            }

            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 400_000, $"case {i} takes too much memory");
        }

        // Both ways out are exercised: a fuzz whose cases all die at the first byte tests nothing.
        Assert.True(accepted > 500 && refused > 20_000, $"{accepted} accepted, {refused} refused");
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void Two_thousand_damaged_files_are_read_or_refused()
    {
        var path = Path.GetTempFileName();
        try
        {
            SafetensorsWriter.Write(path, [("first", [2, 3], new float[6]), ("second", [4], new float[4])]);
            var source = File.ReadAllBytes(path);
            var random = new Random(7);
            for (var i = 0; i < 2_000; i++)
            {
                File.WriteAllBytes(path, Mutated(source, random));
                try
                {
                    using var file = SafetensorsFile.Open(path);
                    foreach (var tensor in file.Tensors.Where(t => t.Type is TensorType.F32 or TensorType.F16 or TensorType.BF16))
                    {
                        Assert.Equal(tensor.Count, file.ReadFloats(tensor.Name).Length);
                    }
                }
                catch (BadInputException e)
                {
                    Assert.Equal(path, e.File);
                }
            }
        }
        finally
        {
            File.Delete(path);
        }
    }
}
