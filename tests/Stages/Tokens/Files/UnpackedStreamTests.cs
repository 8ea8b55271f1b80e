using System.IO.Compression;
using Emergence.Stages.Input;
using Emergence.Stages.Tokens.Files;

namespace Emergence.Stages.Tests.Tokens.Files;

public sealed class UnpackedStreamTests : IDisposable
{
    private readonly TextFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Nothing_may_be_packed_too() =>
        Assert.Empty(Unpack([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]));

    [Theory]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(65_536)]
    [InlineData(300_000)]
    public void What_was_packed_comes_out(int length)
    {
        var content = new byte[length];
        new Random(length).NextBytes(content);
        foreach (var level in new[] { CompressionLevel.NoCompression, CompressionLevel.SmallestSize })
        {
            Assert.Equal(content, Unpack(Packed.Bytes(content, level)));
            Assert.Equal([.. content, .. content], Unpack([.. Packed.Bytes(content, level), .. Packed.Bytes(content, level)]));
        }
    }

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Optimal)]
    public void A_file_cut_off_anywhere_is_refused(CompressionLevel level)
    {
        // The framework's own reader gives what it has of such a file and says nothing.
        var content = new byte[600];
        new Random(3).NextBytes(content.AsSpan(0, 300));
        var whole = Packed.Bytes(content, level);
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.Throws<BadInputException>(() => Unpack(whole[..length]));
            if (length > 0)
            {
                Assert.Throws<BadInputException>(() => Unpack([.. whole, .. whole[..length]]));
            }
        }
    }

    [Fact]
    public void A_changed_bit_is_seen_or_changes_nothing()
    {
        const string text = "the jury said the jury said it\n";
        var whole = Packed.Bytes(text);
        var seen = 0;
        for (var bit = 10 * 8; bit < whole.Length * 8; bit++)
        {
            var bytes = (byte[])whole.Clone();
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                Assert.Equal(text, System.Text.Encoding.UTF8.GetString(Unpack(bytes)));
            }
            catch (BadInputException)
            {
                seen++;
            }
        }

        // The few bits that fill the last byte of the packed data mean nothing.
        Assert.InRange(seen, ((whole.Length - 10) * 8) - 8, (whole.Length - 10) * 8);
    }

    [Fact]
    public void Something_that_follows_is_refused()
    {
        var whole = Packed.Bytes("text\n");
        Assert.Contains("something follows", Assert.Throws<BadInputException>(() => Unpack([.. whole, 0, 0, 0])).Problem, StringComparison.Ordinal);
        Assert.Throws<BadInputException>(() => Unpack([.. whole, .. "more text"u8]));
        Assert.Throws<BadInputException>(() => Unpack([.. whole, 0x1F]));
    }

    [Fact]
    public void A_file_that_unpacks_to_a_hundred_times_its_length_and_more_is_refused_before_the_disk_is_full()
    {
        var zeros = new byte[1 << 20];
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (var i = 0; i < 300; i++)
            {
                gzip.Write(zeros);
            }
        }

        var e = Assert.Throws<BadInputException>(() => Unpack(packed.ToArray()));
        Assert.Contains("unpacks to more than 268435456 bytes", e.Problem, StringComparison.Ordinal);
        Assert.Contains("gunzip", e.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_lies_about_packing_is_told_how_to_call_it()
    {
        var plain = _folder.Path("a.txt.gz");
        File.WriteAllText(plain, "text");
        Assert.Contains("not packed", Assert.Throws<BadInputException>(() => TextFile.Open(plain, packed: true)).Problem, StringComparison.Ordinal);
        var packed = _folder.Path("a.txt");
        File.WriteAllBytes(packed, Packed.Bytes("text"));
        Assert.Contains(".gz", Assert.Throws<BadInputException>(() => TextFile.Open(packed, packed: false)).Remedy, StringComparison.Ordinal);
    }

    private byte[] Unpack(byte[] bytes)
    {
        var path = _folder.Path("file.gz");
        File.WriteAllBytes(path, bytes);
        using var stream = TextFile.Open(path, packed: true);
        var total = 0L;
        var buffer = new byte[1 << 16];
        var content = new MemoryStream();
        for (var read = stream.Read(buffer); read > 0; read = stream.Read(buffer))
        {
            total += read;
            if (total < 1 << 20)
            {
                content.Write(buffer, 0, read);
            }
        }

        return content.ToArray();
    }
}
