using System.Buffers.Binary;
using System.Security.Cryptography;
using Emergence.Stages.Curves;
using Emergence.Stages.Curves.Alerts;
using Emergence.Stages.Curves.History;
using Emergence.Stages.Curves.Identity;
using Emergence.Stages.Input;

namespace Emergence.Stages.Tests.Curves.History;

public class HistoryFileTests
{
    // Where the numbers of the header lie: magic, version, layer, started, step, curves, features, width.
    private const int Curves = 21, Features = 25, Width = 29;

    private static readonly LayerMemory _memory = new(
        40,
        2,
        [("pos", "noun"), ("pos", "Wörter")],
        [new AlertState([new(20, 0.1, 0.2), new(30, 0.3, 0.2), new(40, 0.5, 0.25)], 5, 40), new AlertState([new(20, 0, 0), new(30, 0, 0), new(40, 0, 0)], 5, null)],
        [new FeatureLife(FeatureState.Stable, 3), new FeatureLife(FeatureState.Unborn, 0), new FeatureLife(FeatureState.Reborn, 1)],
        [1, 2, 3, 4, 5, 6],
        [6, 5, 4, 3, 2, 1]);

    [Fact]
    public void Reads_what_it_wrote()
    {
        var (layer, memory) = Read(Bytes());

        Assert.Equal(3, layer);
        Assert.Equal((_memory.Step, _memory.Width), (memory!.Step, memory.Width));
        Assert.Equal(_memory.Names, memory.Names);
        Assert.Equal(_memory.Lives, memory.Lives);
        Assert.Equal(_memory.First, memory.First);
        Assert.Equal(_memory.Previous, memory.Previous);
        Assert.Equal(_memory.Alerts.Select(a => (a.Seen, a.AlertStep)), memory.Alerts.Select(a => (a.Seen, a.AlertStep)));
        Assert.Equal(_memory.Alerts.SelectMany(a => a.Recent), memory.Alerts.SelectMany(a => a.Recent));
    }

    [Fact]
    public void Every_flipped_bit_is_noticed()
    {
        var bytes = Bytes();
        for (var at = 0; at < bytes.Length; at++)
        {
            bytes[at] ^= (byte)(1 << at % 8);
            var error = Assert.Throws<BadInputException>(() => Read(bytes));
            Assert.Equal("state/layer3", error.File);
            bytes[at] ^= (byte)(1 << at % 8);
        }
    }

    [Fact]
    public void Every_shortened_file_is_noticed()
    {
        var bytes = Bytes();
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<BadInputException>(() => Read(bytes[..length]));
        }

        Assert.Throws<BadInputException>(() => Read([.. bytes, 0]));
    }

    [Theory]
    [InlineData(Curves, int.MaxValue)]
    [InlineData(Curves, -1)]
    [InlineData(Curves, 3)]
    [InlineData(Features, int.MaxValue)]
    [InlineData(Features, 2)]
    [InlineData(Width, int.MaxValue)]
    [InlineData(Width, 0)]
    [InlineData(Width, 1)]
    [InlineData(Curves + 12, int.MaxValue)] // length of the first name
    public void Claims_that_cannot_be_are_refused_even_with_a_right_checksum(int place, int claim)
    {
        var bytes = Bytes();
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(place), claim);
        SHA256.HashData(bytes.AsSpan(0, bytes.Length - 32)).CopyTo(bytes.AsSpan(bytes.Length - 32));

        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<BadInputException>(() => Read(bytes));

        Assert.StartsWith("offset ", error.Place, StringComparison.Ordinal);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000, "nothing large is allocated on a claim");
    }

    [Fact]
    public void Every_changed_byte_with_a_right_checksum_reads_or_is_refused_as_bad_input()
    {
        var original = Bytes();
        var refused = 0;
        for (var at = 0; at < original.Length - 32; at++)
        {
            foreach (var value in new byte[] { 0, 1, 2, 0x7F, 0xFF })
            {
                var bytes = original.ToArray();
                bytes[at] = value;
                SHA256.HashData(bytes.AsSpan(0, bytes.Length - 32)).CopyTo(bytes.AsSpan(bytes.Length - 32));
                refused += Record.Exception(() => Read(bytes)) is { } error ? Assert.IsType<BadInputException>(error).Problem.Length > 0 ? 1 : 0 : 0;
            }
        }

        Assert.True(refused > 200);
    }

    [Fact]
    public void Another_version_is_named()
    {
        var bytes = Bytes();
        bytes[6] = 9;

        Assert.Contains("version 9", Assert.Throws<BadInputException>(() => Read(bytes)).Message, StringComparison.Ordinal);
    }

    private static byte[] Bytes()
    {
        using var file = new MemoryStream();
        HistoryFile.Write(file, 3, _memory);
        return file.ToArray();
    }

    private static (int Layer, LayerMemory? Memory) Read(byte[] bytes)
    {
        using var file = new MemoryStream(bytes);
        return HistoryFile.Read(file, "state/layer3");
    }
}
