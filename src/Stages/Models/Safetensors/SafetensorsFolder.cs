using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Emergence.Stages.Input;

namespace Emergence.Stages.Models.Safetensors;

/// <summary>
/// The weights of a checkpoint folder: <c>model.safetensors</c>, or the shards that <c>model.safetensors.index.json</c>
/// names. When it is open, all shards are there, sound, and agree with the index.
/// </summary>
public sealed class SafetensorsFolder : IDisposable
{
    /// <summary>Weights in one file.</summary>
    public const string SingleFile = "model.safetensors";

    /// <summary>Which shard holds which tensor.</summary>
    public const string IndexFile = "model.safetensors.index.json";

    private readonly List<SafetensorsFile> _files = [];
    private readonly Dictionary<string, SafetensorsFile> _fileOf = new(StringComparer.Ordinal);

    private SafetensorsFolder(string folder)
    {
        Folder = folder;
    }

    /// <summary>The folder as it was named.</summary>
    public string Folder { get; }

    /// <summary>The files, in ordinal order of their names.</summary>
    public IReadOnlyList<SafetensorsFile> Files => _files;

    /// <summary>All tensors, file by file.</summary>
    public IEnumerable<TensorInfo> Tensors => _files.SelectMany(f => f.Tensors);

    /// <summary>Opens the weights of a folder. With an index the index decides; without one the single file is taken.</summary>
    /// <param name="folder">The checkpoint.</param>
    /// <exception cref="BadInputException">No weights, a shard missing or broken, or the index and the shards disagree.</exception>
    public static SafetensorsFolder Open(string folder)
    {
        var opened = new SafetensorsFolder(folder);
        try
        {
            var index = Path.Combine(folder, IndexFile);
            if (File.Exists(index))
            {
                opened.OpenShards(index, ReadIndex(index));
            }
            else if (File.Exists(Path.Combine(folder, SingleFile)))
            {
                opened.Add(SafetensorsFile.Open(Path.Combine(folder, SingleFile)));
            }
            else
            {
                throw ForeignWeights.Find(folder) ?? new BadInputException(folder, "", $"it has neither {SingleFile} nor {IndexFile}", "Name a folder with a checkpoint saved as safetensors");
            }

            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Finds a tensor by name.</summary>
    /// <param name="name">Name in the checkpoint.</param>
    /// <param name="tensor">The tensor.</param>
    public bool TryGet(string name, [NotNullWhen(true)] out TensorInfo? tensor)
    {
        tensor = null;
        return _fileOf.TryGetValue(name, out var file) && file.TryGet(name, out tensor);
    }

    /// <summary>The file that holds a tensor; the folder itself when none does (for messages).</summary>
    /// <param name="name">Name in the checkpoint.</param>
    public string FileOf(string name) => _fileOf.TryGetValue(name, out var file) ? file.Path : Folder;

    /// <summary>Reads a tensor as float32, row-major; F16 and BF16 are converted exactly.</summary>
    /// <param name="name">Name in the checkpoint.</param>
    /// <exception cref="BadInputException">No such tensor, a type that is only listed, or the file became shorter.</exception>
    public float[] ReadFloats(string name) => Holding(name).ReadFloats(name);

    /// <summary>Reads a tensor as float32, row-major, into memory of the caller; F16 and BF16 are converted exactly.</summary>
    /// <param name="name">Name in the checkpoint.</param>
    /// <param name="destination">As long as the tensor has elements.</param>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    /// <exception cref="BadInputException">No such tensor, a type that is only listed, or the file became shorter.</exception>
    public void ReadFloats(string name, Span<float> destination) => Holding(name).ReadFloats(name, destination);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in _files)
        {
            file.Dispose();
        }
    }

    private SafetensorsFile Holding(string name) => _fileOf.TryGetValue(name, out var file)
        ? file
        : throw new BadInputException(Folder, $"tensor {SafetensorsHeader.Quote(name)}", "the checkpoint has no such tensor", "Check that the checkpoint is of the architecture its config.json names");

    private void OpenShards(string index, SortedDictionary<string, HashSet<string>> tensorsOf)
    {
        foreach (var (shard, names) in tensorsOf)
        {
            var path = Path.Combine(Folder, shard);
            if (!File.Exists(path))
            {
                throw new BadInputException(index, $"shard {SafetensorsHeader.Quote(shard)}", "the shard is missing", "Wait until the checkpoint is complete, or copy the missing file");
            }

            var file = SafetensorsFile.Open(path);
            Add(file);
            foreach (var name in names.Where(n => !file.TryGet(n, out _)))
            {
                throw new BadInputException(path, $"tensor {SafetensorsHeader.Quote(name)}", $"{IndexFile} says it is in this shard, and it is not", "Copy index and shards from the same checkpoint");
            }

            foreach (var tensor in file.Tensors.Where(t => !names.Contains(t.Name)))
            {
                throw new BadInputException(path, $"tensor {SafetensorsHeader.Quote(tensor.Name)}", $"{IndexFile} does not place it in this shard", "Copy index and shards from the same checkpoint");
            }
        }
    }

    private void Add(SafetensorsFile file)
    {
        _files.Add(file);
        foreach (var tensor in file.Tensors)
        {
            // No clash: an index is a map from names to shards, and each shard holds just what the index gives it.
            _fileOf[tensor.Name] = file;
        }
    }

    private static SortedDictionary<string, HashSet<string>> ReadIndex(string index)
    {
        const string remedy = "Write or copy the checkpoint again";
        try
        {
            var length = new FileInfo(index).Length;
            if (length > SafetensorsLimits.IndexBytes)
            {
                throw new BadInputException(index, "", $"it has {length} bytes, more than the {SafetensorsLimits.IndexBytes} allowed", remedy);
            }

            using var json = JsonDocument.Parse(File.ReadAllBytes(index), new JsonDocumentOptions { MaxDepth = 16 });
            if (json.RootElement.ValueKind != JsonValueKind.Object
                || !json.RootElement.TryGetProperty("weight_map", out var map) || map.ValueKind != JsonValueKind.Object)
            {
                throw new BadInputException(index, "key weight_map", "it is missing or no object", remedy);
            }

            var tensorsOf = new SortedDictionary<string, HashSet<string>>(StringComparer.Ordinal);
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var entry in map.EnumerateObject())
            {
                var shard = entry.Value.ValueKind == JsonValueKind.String ? entry.Value.GetString()! : "";
                var place = $"tensor {SafetensorsHeader.Quote(entry.Name)}";
                if (shard.Length == 0 || shard is "." or ".." || shard.AsSpan().IndexOfAny('/', '\\', '\0') >= 0)
                {
                    throw new BadInputException(index, place, $"'{SafetensorsHeader.Quote(shard)}' is not the name of a file in this folder", remedy);
                }

                if (!seen.Add(entry.Name))
                {
                    throw new BadInputException(index, place, "it is placed twice", remedy);
                }

                if (!tensorsOf.TryGetValue(shard, out var names))
                {
                    tensorsOf[shard] = names = new HashSet<string>(StringComparer.Ordinal);
                }

                names.Add(entry.Name);
            }

            return tensorsOf;
        }
        catch (JsonException e)
        {
            throw new BadInputException(index, $"line {e.LineNumber + 1}", "it is not valid JSON", remedy, e);
        }
        catch (InvalidOperationException e)
        {
            throw new BadInputException(index, "", "a string holds half a surrogate pair", remedy, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException(index, "", $"it cannot be read: {e.Message.TrimEnd('.')}", "Check that the file is readable", e);
        }
    }
}
