using System.Diagnostics.CodeAnalysis;
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

    /// <summary>Bytes read of all files so far, headers included.</summary>
    public long BytesRead => _files.Sum(f => f.Bytes.BytesRead);

    /// <summary>All tensors, file by file.</summary>
    public IEnumerable<TensorInfo> Tensors => _files.SelectMany(f => f.Tensors);

    /// <summary>Opens the weights of a folder. With an index the index decides; without one the single file is taken.</summary>
    /// <param name="folder">The checkpoint.</param>
    /// <exception cref="BadInputException">There are no weights, or a shard is missing (<see cref="BadInputException.Vanished"/>). A shard is broken, or the index and the shards disagree.</exception>
    public static SafetensorsFolder Open(string folder)
    {
        var opened = new SafetensorsFolder(folder);
        try
        {
            var index = Path.Combine(folder, IndexFile);
            if (TryReadIndex(index) is { } placed)
            {
                opened.OpenShards(index, placed);
            }
            else
            {
                opened.OpenSingle();
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

    /// <summary>Reads part of a tensor, counted in row-major order, as float32; F16 and BF16 are converted exactly.</summary>
    /// <param name="name">Name in the checkpoint.</param>
    /// <param name="first">The first element read.</param>
    /// <param name="destination">As long as what is read.</param>
    /// <exception cref="ArgumentException">The tensor ends before the destination.</exception>
    /// <exception cref="BadInputException">No such tensor, a type that is only listed, or the file became shorter.</exception>
    public void ReadFloats(string name, long first, Span<float> destination) => Holding(name).ReadFloats(name, first, destination);

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

    private void OpenSingle()
    {
        var path = Path.Combine(Folder, SingleFile);
        try
        {
            Add(SafetensorsFile.Open(path));
        }
        catch (BadInputException e) when (e.Vanished && e.File == path)
        {
            throw ForeignWeights.Find(Folder) ?? new BadInputException(Folder, "", $"it has neither {SingleFile} nor {IndexFile}", "Name a folder with a checkpoint saved as safetensors", e.InnerException) { Vanished = true };
        }
    }

    private void OpenShards(string index, SafetensorsIndex placed)
    {
        foreach (var shard in placed.Shards)
        {
            var path = Path.Combine(Folder, shard);
            Add(OpenShard(index, shard, path));
            var file = _files[^1];
            var foreign = file.Tensors.Where(t => placed.ShardOf(t.Name) != shard).ToList();
            if (file.Tensors.Count - foreign.Count < placed.CountOf(shard))
            {
                var missing = placed.TensorsOf(shard).First(n => !file.TryGet(n, out _));
                throw new BadInputException(path, $"tensor {SafetensorsHeader.Quote(missing)}", $"{IndexFile} says it is in this shard, and it is not", "Copy index and shards from the same checkpoint");
            }

            if (foreign.Count > 0)
            {
                throw new BadInputException(path, $"tensor {SafetensorsHeader.Quote(foreign[0].Name)}", $"{IndexFile} does not place it in this shard", "Copy index and shards from the same checkpoint");
            }
        }
    }

    private static SafetensorsFile OpenShard(string index, string shard, string path)
    {
        try
        {
            return SafetensorsFile.Open(path);
        }
        catch (BadInputException e) when (e.Vanished)
        {
            throw new BadInputException(index, $"shard {SafetensorsHeader.Quote(shard)}", "the shard is missing", "Wait until the checkpoint is complete, or copy the missing file", e.InnerException) { Vanished = true };
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

    /// <summary>The index; null when the folder has none.</summary>
    private static SafetensorsIndex? TryReadIndex(string path)
    {
        InputFile file;
        try
        {
            file = InputFile.Open(path);
        }
        catch (BadInputException e) when (e.Vanished)
        {
            return null;
        }

        using (file)
        {
            return SafetensorsIndex.Parse(path, file.ReadAll(SafetensorsLimits.IndexBytes, "Write or copy the checkpoint again"));
        }
    }
}
