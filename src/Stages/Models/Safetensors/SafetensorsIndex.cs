using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Emergence.Stages.Input;

namespace Emergence.Stages.Models.Safetensors;

/// <summary>
/// Parses <c>model.safetensors.index.json</c>: which shard holds which tensor. The file is untrusted; it is read in one pass without
/// a document tree, so that memory stays proportional to its own bytes.
/// </summary>
internal sealed class SafetensorsIndex
{
    private const string Remedy = "Write or copy the checkpoint again";
    private const int Depth = 16;

    private readonly string _file;
    private readonly Dictionary<string, int> _shardOf = new(StringComparer.Ordinal);
    private readonly List<string> _shards = [];
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<int> _counts = [];
    private bool _hasMap;

    private SafetensorsIndex(string file)
    {
        _file = file;
    }

    /// <summary>Names of the shards, each once, in ordinal order.</summary>
    public IEnumerable<string> Shards => _shards.Order(StringComparer.Ordinal);

    /// <summary>The shard that should hold a tensor; null when the index does not name the tensor.</summary>
    public string? ShardOf(string tensor) => _shardOf.TryGetValue(tensor, out var shard) ? _shards[shard] : null;

    /// <summary>How many tensors a shard should hold.</summary>
    public int CountOf(string shard) => _counts[_numbers[shard]];

    /// <summary>Tensors that a shard should hold: goes through the whole index.</summary>
    public IEnumerable<string> TensorsOf(string shard)
    {
        var number = _numbers[shard];
        return _shardOf.Where(t => t.Value == number).Select(t => t.Key);
    }

    /// <summary>Parses an index.</summary>
    /// <param name="file">File named in errors.</param>
    /// <param name="json">Its bytes.</param>
    /// <exception cref="BadInputException">It is no index.</exception>
    public static SafetensorsIndex Parse(string file, ReadOnlySpan<byte> json)
    {
        var index = new SafetensorsIndex(file);
        if (!Utf8.IsValid(json))
        {
            throw index.Bad("", "it is not valid UTF-8");
        }

        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = Depth });
        try
        {
            index.ReadEntries(ref reader);
        }
        catch (JsonException e)
        {
            throw index.Bad($"line {e.LineNumber + 1}", "it is not valid JSON", e);
        }
        catch (InvalidOperationException e)
        {
            throw index.Bad($"offset {reader.TokenStartIndex}", "a string holds half a surrogate pair", e);
        }

        return index._hasMap ? index : throw index.Bad("key weight_map", "it is missing or no object");
    }

    private void ReadEntries(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Bad("", "it is not a JSON object");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isMap = reader.ValueTextEquals("weight_map");
            reader.Read();
            if (isMap)
            {
                ReadMap(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        // Reads on to the end of the buffer, so that anything behind the object is an error.
        reader.Read();
    }

    private void ReadMap(ref Utf8JsonReader reader)
    {
        if (_hasMap || reader.TokenType != JsonTokenType.StartObject)
        {
            throw Bad("key weight_map", _hasMap ? "it stands there twice" : "it is missing or no object");
        }

        _hasMap = true;
        var latest = -1;
        var latestName = Array.Empty<byte>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var tensor = Text(ref reader, $"offset {reader.TokenStartIndex}");
            var place = $"tensor {SafetensorsHeader.Quote(tensor)}";
            if (_shardOf.Count == SafetensorsLimits.IndexEntries)
            {
                throw Bad(place, $"it places more than {SafetensorsLimits.IndexEntries} tensors");
            }

            // Entries of one shard follow each other: its name is made once, not once for each.
            reader.Read();
            if (latest < 0 || reader.TokenType != JsonTokenType.String || !reader.ValueTextEquals(latestName))
            {
                var shard = reader.TokenType == JsonTokenType.String ? Text(ref reader, place) : "";
                latest = NumberOf(shard, place);
                latestName = Encoding.UTF8.GetBytes(shard);
            }

            if (!_shardOf.TryAdd(tensor, latest))
            {
                throw Bad(place, "it is placed twice");
            }

            _counts[latest]++;
        }
    }

    private int NumberOf(string shard, string place)
    {
        if (shard.Length == 0 || shard is "." or ".." || shard.AsSpan().IndexOfAny('/', '\\', '\0') >= 0)
        {
            throw Bad(place, $"'{SafetensorsHeader.Quote(shard)}' is not the name of a file in this folder");
        }

        if (_numbers.TryGetValue(shard, out var number))
        {
            return number;
        }

        if (_shards.Count == SafetensorsLimits.Shards)
        {
            throw Bad(place, $"it names more than {SafetensorsLimits.Shards} shards");
        }

        _numbers[shard] = _shards.Count;
        _shards.Add(shard);
        _counts.Add(0);
        return _shards.Count - 1;
    }

    private string Text(ref Utf8JsonReader reader, string place) => reader.ValueSpan.Length <= SafetensorsLimits.NameBytes
        ? reader.GetString() ?? ""
        : throw Bad(place, $"a name has more than {SafetensorsLimits.NameBytes} bytes");

    private BadInputException Bad(string place, string problem, Exception? inner = null) => new(_file, place, problem, Remedy, inner);
}
