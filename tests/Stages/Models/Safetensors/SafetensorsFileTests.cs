using System.Buffers.Binary;
using System.Text;
using Emergence.Stages.Input;
using Emergence.Stages.Models.Safetensors;

namespace Emergence.Stages.Tests.Models.Safetensors;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("safetensors-");

    public void Dispose() => _folder.Delete(recursive: true);

    private string Write(string header, int dataLength, ulong? claimed = null)
    {
        var json = Encoding.UTF8.GetBytes(header);
        var bytes = new byte[8 + json.Length + dataLength];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, claimed ?? (ulong)json.Length);
        json.CopyTo(bytes, 8);
        for (var i = 0; i < dataLength; i++)
        {
            bytes[8 + json.Length + i] = (byte)(i + 1);
        }

        var path = Path.Combine(_folder.FullName, "model.safetensors");
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private BadInputException Refused(string header, int dataLength, ulong? claimed = null)
    {
        var path = Write(header, dataLength, claimed);
        var refused = Assert.Throws<BadInputException>(() => SafetensorsFile.Open(path).Dispose());
        Assert.Equal(path, refused.File);
        Assert.NotEmpty(refused.Place);
        Assert.NotEmpty(refused.Remedy);
        return refused;
    }

    [Fact]
    public void A_hand_made_file_is_read_value_for_value()
    {
        // 1.5 in BF16 is 0x3FC0, −2 in F16 is 0xC000, 0.25 in F32 is 0x3E800000.
        const string header = """{"__metadata__":{"format":"pt"},"b":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]},"h":{"dtype":"F16","shape":[],"data_offsets":[2,4]},"f":{"dtype":"F32","shape":[1,1],"data_offsets":[4,8]},"z":{"dtype":"I64","shape":[0,5],"data_offsets":[8,8]},"i":{"dtype":"I32","shape":[1],"data_offsets":[8,12]}}   """;
        var path = Write(header, 12);
        var bytes = File.ReadAllBytes(path);
        byte[] data = [0xC0, 0x3F, 0x00, 0xC0, 0x00, 0x00, 0x80, 0x3E, 1, 0, 0, 0];
        data.CopyTo(bytes, bytes.Length - 12);
        File.WriteAllBytes(path, bytes);

        using var file = SafetensorsFile.Open(path);

        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Equal(["b", "h", "f", "z", "i"], file.Tensors.Select(t => t.Name));
        Assert.Equal([1L, 1L], file.Tensors[2].Shape);
        Assert.Equal(TensorType.BF16, file.Tensors[0].Type);
        Assert.Equal([1.5f], file.ReadFloats("b"));
        Assert.Equal([-2f], file.ReadFloats("h"));
        Assert.Equal([0.25f], file.ReadFloats("f"));
        Assert.Contains("I32", Assert.Throws<BadInputException>(() => file.ReadFloats("i")).Problem, StringComparison.Ordinal);
        Assert.Equal("tensor q", Assert.Throws<BadInputException>(() => file.ReadFloats("q")).Place);
        Assert.Throws<ArgumentException>(() => file.ReadFloats("f", new float[2]));
    }

    [Fact]
    public void All_65536_half_precision_values_convert_as_the_framework_does()
    {
        var path = Write("""{"h":{"dtype":"F16","shape":[65536],"data_offsets":[0,131072]},"b":{"dtype":"BF16","shape":[65536],"data_offsets":[131072,262144]}}""", 262144);
        var bytes = File.ReadAllBytes(path);
        var data = bytes.AsSpan(bytes.Length - 262144);
        for (var i = 0; i < 65536; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(data[(2 * i)..], (ushort)i);
            BinaryPrimitives.WriteUInt16LittleEndian(data[(131072 + (2 * i))..], (ushort)i);
        }

        File.WriteAllBytes(path, bytes);
        using var file = SafetensorsFile.Open(path);
        var halves = file.ReadFloats("h");
        var brains = file.ReadFloats("b");
        for (var i = 0; i < 65536; i++)
        {
            Assert.Equal((float)BitConverter.UInt16BitsToHalf((ushort)i), halves[i]);
            Assert.Equal(i << 16, BitConverter.SingleToInt32Bits(brains[i]));
        }
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}""", 8, "not valid JSON")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}{}""", 8, "not valid JSON")]
    [InlineData("""[]""", 0, "does not begin with '{'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}""", 16, "twice")]
    [InlineData("""{"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8, "twice")]
    [InlineData("""{"__metadata__":{"a":"1","a":"2"}}""", 0, "twice")]
    [InlineData("""{"__metadata__":{},"__metadata__":{}}""", 0, "twice")]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "not a string")]
    [InlineData("""{"__metadata__":[]}""", 0, "not an object")]
    [InlineData("""{"a":[]}""", 0, "not an object")]
    [InlineData("""{"a":{"dtype":"F33","shape":[2],"data_offsets":[0,8]}}""", 8, "F33")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2]}}""", 8, "are needed")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}""", 8, "are needed")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,9]}}""", 8, "more than 2")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1}}""", 8, "unknown")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, "0 or more")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", 8, "0 or more")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "needs 12 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "needs 8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[9223372036854775807,9223372036854775807],"data_offsets":[0,4]}}""", 4, "more elements than a file can hold")]
    [InlineData("""{"a":{"dtype":"F32","shape":[9223372036854775807,4,0],"data_offsets":[0,0]}}""", 0, "more elements than a file can hold")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],"data_offsets":[0,1]}}""", 1, "more than 16")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "inside the tensor before it")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8, "inside the tensor before it")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[12,16]}}""", 16, "leaving a hole")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "leaving a hole")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 7, "the file has 7 bytes of data")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 9, "belong to no tensor")]
    [InlineData("{\"\\ud800\":{}}", 0, "surrogate")]
    [InlineData("""{"a":{"shape":[[[1]]]}}""", 0, "not valid JSON")]
    public void A_lying_header_is_refused(string header, int dataLength, string problem) =>
        Assert.Contains(problem, Refused(header, dataLength).Problem, StringComparison.Ordinal);

    [Fact]
    public void A_header_longer_than_the_file_or_the_limit_is_refused_without_taking_memory()
    {
        foreach (var claimed in new[] { 3UL, 90_000_000UL, 100_000_001UL, ulong.MaxValue })
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Equal("offset 0", Refused("{}", 0, claimed).Place);
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 200_000);
        }
    }

    [Fact]
    public void A_file_cut_short_anywhere_is_refused()
    {
        var whole = Path.Combine(_folder.FullName, "whole");
        SafetensorsWriter.Write(whole, [("a", [2, 3], new float[6]), ("b", [1], new float[1])], new Dictionary<string, string> { ["format"] = "pt" });
        var bytes = File.ReadAllBytes(whole);
        var cut = Path.Combine(_folder.FullName, "cut");
        for (var length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(cut, bytes[..length]);
            Assert.Throws<BadInputException>(() => SafetensorsFile.Open(cut).Dispose());
        }
    }

    [Fact]
    public void A_file_that_becomes_shorter_after_it_was_opened_is_refused_when_read()
    {
        var path = Path.Combine(_folder.FullName, "shrinks");
        SafetensorsWriter.Write(path, [("a", [1000], new float[1000])]);
        using var file = SafetensorsFile.Open(path);
        using (var writer = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            writer.SetLength(500);
        }

        Assert.Contains("shorter", Assert.Throws<BadInputException>(() => file.ReadFloats("a")).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_bad_input()
    {
        Assert.Throws<BadInputException>(() => SafetensorsFile.Open(Path.Combine(_folder.FullName, "none")));
        Assert.Throws<BadInputException>(() => SafetensorsFile.Open(_folder.FullName));
    }
}
