using System.Buffers.Binary;
using System.Text;
using Emergence.Stages.Models.Safetensors;

namespace Emergence.Stages.Tests.Models.Safetensors;

public sealed class SafetensorsWriterTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("safetensors-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void What_is_written_is_read_back_bit_for_bit()
    {
        var path = Path.Combine(_folder.FullName, "w");
        var random = new Random(1);
        var data = new float[6000];
        for (var i = 0; i < data.Length; i++)
        {
            data[i] = BitConverter.Int32BitsToSingle(random.Next());
        }

        SafetensorsWriter.Write(path, [("b/ä\"", [2, 3000], data), ("a", [], new[] { 3f }), ("empty", [0, 4], Array.Empty<float>())], new Dictionary<string, string> { ["z"] = "1", ["format"] = "pt" });

        using var file = SafetensorsFile.Open(path);
        Assert.Equal(["b/ä\"", "a", "empty"], file.Tensors.OrderBy(t => t.Begin).ThenByDescending(t => t.Count).Select(t => t.Name));
        Assert.Equal(data.Select(BitConverter.SingleToInt32Bits), file.ReadFloats("b/ä\"").Select(BitConverter.SingleToInt32Bits));
        Assert.Equal([3f], file.ReadFloats("a"));
        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Equal("1", file.Metadata["z"]);
    }

    [Fact]
    public void Bytes_are_those_of_the_format_and_the_data_is_aligned()
    {
        var path = Path.Combine(_folder.FullName, "w");
        SafetensorsWriter.Write(path, [("a", [1], new[] { 1f })]);
        var bytes = File.ReadAllBytes(path);
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        Assert.Equal(0, length % 8);
        Assert.Equal("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", Encoding.UTF8.GetString(bytes, 8, length).TrimEnd(' '));
        Assert.Equal([0x00, 0x00, 0x80, 0x3F], bytes[(8 + length)..]);
    }

    [Fact]
    public void A_longer_file_of_the_same_name_is_replaced_wholly()
    {
        var path = Path.Combine(_folder.FullName, "w");
        SafetensorsWriter.Write(path, [("a", [100], new float[100])]);
        SafetensorsWriter.Write(path, [("a", [1], new float[1])]);
        using var file = SafetensorsFile.Open(path);
        Assert.Equal(1, file.Tensors[0].Count);
    }

    [Fact]
    public void Names_that_clash_and_values_that_do_not_fit_are_refused()
    {
        var path = Path.Combine(_folder.FullName, "w");
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(path, [("a", [1], new float[1]), ("a", [1], new float[1])]));
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(path, [("__metadata__", [1], new float[1])]));
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(path, [("a", [2], new float[1])]));
        Assert.False(File.Exists(path));
    }
}
