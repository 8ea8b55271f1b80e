using System.Text.Json;
using Emergence.Stages.Models.Safetensors;

namespace Emergence.TestKit.Runs;

/// <summary>Cuts a checkpoint's one weight file into shards with an index.</summary>
public static class ShardedWeights
{
    /// <summary>Cuts it: tensor by tensor in turn.</summary>
    /// <param name="folder">The checkpoint.</param>
    /// <param name="shards">How many shards.</param>
    /// <returns>The shards' names, in order.</returns>
    public static string[] Cut(string folder, int shards = 2)
    {
        var single = Path.Combine(folder, SafetensorsFolder.SingleFile);
        string[] names = [.. Enumerable.Range(1, shards).Select(i => $"model-{i:00000}-of-{shards:00000}.safetensors")];
        var map = new Dictionary<string, string>();
        using (var file = SafetensorsFile.Open(single))
        {
            for (var i = 0; i < shards; i++)
            {
                var tensors = file.Tensors.Where((_, at) => at % shards == i).ToArray();
                SafetensorsWriter.Write(Path.Combine(folder, names[i]), [.. tensors.Select(t => (t.Name, t.Shape.ToArray(), (ReadOnlyMemory<float>)file.ReadFloats(t.Name)))]);
                foreach (var tensor in tensors)
                {
                    map[tensor.Name] = names[i];
                }
            }
        }

        File.WriteAllText(Path.Combine(folder, SafetensorsFolder.IndexFile), JsonSerializer.Serialize(new { metadata = new { }, weight_map = map }));
        File.Delete(single);
        return names;
    }
}
