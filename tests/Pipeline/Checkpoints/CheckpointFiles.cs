using System.Buffers.Binary;
using System.Text;

namespace Emergence.Pipeline.Tests.Checkpoints;

/// <summary>A folder of small checkpoints for one test, gone afterwards.</summary>
internal sealed class CheckpointFiles : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("emergence-checkpoints-").FullName;

    public string Folder(string name) => Path.Combine(Root, name);

    public string Write(string name, float weight)
    {
        var folder = Directory.CreateDirectory(Folder(name)).FullName;
        File.WriteAllText(Path.Combine(folder, "config.json"), "{}");
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), "{}");
        File.WriteAllBytes(Path.Combine(folder, "model.safetensors"), Weights("w", weight));
        return folder;
    }

    public string WriteSharded(string name, float weight)
    {
        var folder = Write(name, weight);
        File.Delete(Path.Combine(folder, "model.safetensors"));
        File.WriteAllBytes(Path.Combine(folder, "model-1.safetensors"), Weights("a", weight));
        File.WriteAllBytes(Path.Combine(folder, "model-2.safetensors"), Weights("b", weight + 1));
        File.WriteAllText(Path.Combine(folder, "model.safetensors.index.json"), """{"weight_map":{"a":"model-1.safetensors","b":"model-2.safetensors"}}""");
        return folder;
    }

    /// <summary>A safetensors file of one tensor of two equal values.</summary>
    public static byte[] Weights(string tensor, float weight, string offsets = "[0,8]")
    {
        var header = Encoding.UTF8.GetBytes($$"""{"{{tensor}}":{"dtype":"F32","shape":[2],"data_offsets":{{offsets}} } }""");
        var bytes = new byte[8 + header.Length + 8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, header.Length);
        header.CopyTo(bytes, 8);
        BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(8 + header.Length), weight);
        BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(12 + header.Length), weight);
        return bytes;
    }

    public void Dispose()
    {
        if (Directory.Exists(Root))
        {
            Directory.Delete(Root, recursive: true);
        }
    }
}
