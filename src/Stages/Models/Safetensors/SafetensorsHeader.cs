using System.Text.Json;
using System.Text.Unicode;
using Emergence.Stages.Input;

namespace Emergence.Stages.Models.Safetensors;

/// <summary>
/// Parses the JSON header of a safetensors file. The header is untrusted: every name, number and shape is checked here, so
/// that readers may use offsets without looking again. Memory taken is proportional to the header's own bytes.
/// </summary>
internal sealed class SafetensorsHeader
{
    private const string Remedy = "Write the checkpoint again or copy it again from where it came";

    private readonly string _file;
    private readonly Dictionary<string, TensorInfo> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);
    private bool _hasMetadata;

    private SafetensorsHeader(string file)
    {
        _file = file;
    }

    /// <summary>Tensors in the order of their bytes.</summary>
    public IReadOnlyList<TensorInfo> Tensors { get; private set; } = [];

    public IReadOnlyDictionary<string, TensorInfo> ByName => _tensors;

    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>Parses and checks a header.</summary>
    /// <param name="file">File named in errors.</param>
    /// <param name="json">The header's bytes, which begin at offset 8 of the file.</param>
    /// <param name="dataLength">Bytes of the file after the header.</param>
    public static SafetensorsHeader Parse(string file, ReadOnlySpan<byte> json, long dataLength)
    {
        var header = new SafetensorsHeader(file);
        if (json.Length == 0 || json[0] != (byte)'{')
        {
            throw header.Bad("offset 8", "the header does not begin with '{'");
        }

        if (!Utf8.IsValid(json))
        {
            throw header.Bad("offset 8", "the header is not valid UTF-8");
        }

        // Depth 3: the object, a tensor's object, its arrays.
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 3 });
        try
        {
            header.ReadEntries(ref reader);
        }
        catch (JsonException e)
        {
            throw header.Bad($"offset {8 + reader.BytesConsumed}", "the header is not valid JSON", e);
        }

        header.CheckLayout(dataLength);
        return header;
    }

    /// <summary>Shortens a name from a file for a message and makes its control characters visible.</summary>
    internal static string Quote(string name)
    {
        var shown = name.Length > SafetensorsLimits.QuotedCharacters ? string.Concat(name.AsSpan(0, SafetensorsLimits.QuotedCharacters), "…") : name;
        return string.Concat(shown.Select(c => char.IsControl(c) ? $"\\u{(int)c:x4}" : c.ToString()));
    }

    private void ReadEntries(ref Utf8JsonReader reader)
    {
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var place = $"offset {8 + reader.TokenStartIndex}";
            var name = Text(ref reader, place);
            if (name == "__metadata__")
            {
                ReadMetadata(ref reader, place);
            }
            else if (_tensors.Count == SafetensorsLimits.Tensors)
            {
                throw Bad(place, $"the header describes more than {SafetensorsLimits.Tensors} tensors");
            }
            else if (!_tensors.TryAdd(name, ReadTensor(ref reader, name)))
            {
                throw Bad(place, $"tensor {Quote(name)} is described twice");
            }
        }

        // Reads on to the end of the buffer, so that anything behind the object is an error.
        reader.Read();
    }

    private void ReadMetadata(ref Utf8JsonReader reader, string place)
    {
        if (_hasMetadata)
        {
            throw Bad(place, "__metadata__ stands there twice");
        }

        _hasMetadata = true;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Bad(place, "__metadata__ is not an object");
        }

        long bytes = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var keyPlace = $"offset {8 + reader.TokenStartIndex}";
            var key = Text(ref reader, keyPlace);
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
            {
                throw Bad(keyPlace, $"the value of __metadata__ key {Quote(key)} is not a string");
            }

            bytes += key.Length + reader.ValueSpan.Length;
            if (bytes > SafetensorsLimits.MetadataBytes || _metadata.Count == SafetensorsLimits.MetadataEntries)
            {
                throw Bad(keyPlace, $"__metadata__ has more than {SafetensorsLimits.MetadataBytes} bytes or {SafetensorsLimits.MetadataEntries} keys");
            }

            if (!_metadata.TryAdd(key, Text(ref reader, keyPlace, SafetensorsLimits.MetadataBytes)))
            {
                throw Bad(keyPlace, $"__metadata__ key {Quote(key)} stands there twice");
            }
        }
    }

    private TensorInfo ReadTensor(ref Utf8JsonReader reader, string name)
    {
        var place = $"tensor {Quote(name)}";
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Bad(place, "its description is not an object");
        }

        TensorType? type = null;
        long[]? shape = null;
        long[]? offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = Text(ref reader, place);
            reader.Read();
            switch (key)
            {
                case "dtype" when type is null:
                    type = ReadType(ref reader, place);
                    break;
                case "shape" when shape is null:
                    shape = ReadNumbers(ref reader, place, key, SafetensorsLimits.Rank);
                    break;
                case "data_offsets" when offsets is null:
                    offsets = ReadNumbers(ref reader, place, key, 2);
                    break;
                default:
                    throw Bad(place, $"key {Quote(key)} is unknown or stands there twice");
            }
        }

        if (type is null || shape is null || offsets is not { Length: 2 })
        {
            throw Bad(place, "dtype, shape and data_offsets [begin, end] are needed");
        }

        return Checked(new TensorInfo(name, type.Value, shape, offsets[0], offsets[1]), place);
    }

    private TensorInfo Checked(TensorInfo tensor, string place)
    {
        UInt128 bytes = (UInt128)TensorTypes.Size(tensor.Type);
        foreach (var size in tensor.Shape)
        {
            // Each factor is below 2^63 and the product is cut off at 2^63, so it cannot overflow 128 bits.
            bytes *= (UInt128)size;
            if (bytes > long.MaxValue)
            {
                throw Bad(place, $"shape [{string.Join(", ", tensor.Shape)}] has more elements than a file can hold");
            }
        }

        if (tensor.End < tensor.Begin || (UInt128)(tensor.End - tensor.Begin) != bytes)
        {
            throw Bad(place, $"shape [{string.Join(", ", tensor.Shape)}] of {tensor.Type} needs {bytes} bytes, data_offsets [{tensor.Begin}, {tensor.End}] give another number");
        }

        return tensor;
    }

    private TensorType ReadType(ref Utf8JsonReader reader, string place)
    {
        var text = reader.TokenType == JsonTokenType.String ? Text(ref reader, place) : "";
        return TensorTypes.TryParse(text, out var type) ? type : throw Bad(place, $"dtype '{Quote(text)}' is not one of the format");
    }

    private long[] ReadNumbers(ref Utf8JsonReader reader, string place, string key, int limit)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw Bad(place, $"{key} is not an array");
        }

        Span<long> numbers = stackalloc long[limit];
        var count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var number) || number < 0)
            {
                throw Bad(place, $"{key} holds something that is not a whole number of 0 or more");
            }

            if (count == limit)
            {
                throw Bad(place, $"{key} has more than {limit} entries");
            }

            numbers[count++] = number;
        }

        return numbers[..count].ToArray();
    }

    /// <summary>The tensors' bytes must fill the data exactly: from 0, without overlap or hole, to its end.</summary>
    private void CheckLayout(long dataLength)
    {
        var ordered = _tensors.Values.OrderBy(t => t.Begin).ThenBy(t => t.End).ThenBy(t => t.Name, StringComparer.Ordinal).ToArray();
        long reached = 0;
        foreach (var tensor in ordered)
        {
            if (tensor.End > dataLength)
            {
                throw Bad($"tensor {Quote(tensor.Name)}", $"its bytes end at {tensor.End}, the file has {dataLength} bytes of data");
            }

            if (tensor.Begin != reached)
            {
                throw Bad($"tensor {Quote(tensor.Name)}", $"its bytes begin at {tensor.Begin}, {(tensor.Begin < reached ? "inside the tensor before it, which ends" : "leaving a hole behind the tensor before it, which ends")} at {reached}");
            }

            reached = tensor.End;
        }

        if (reached != dataLength)
        {
            throw Bad($"offset {reached} of the data", $"{dataLength - reached} bytes belong to no tensor");
        }

        Tensors = ordered;
    }

    /// <summary>The reader's string; escapes that name half a surrogate pair are valid JSON and no text.</summary>
    private string Text(ref Utf8JsonReader reader, string place, int limit = SafetensorsLimits.NameBytes)
    {
        if (reader.ValueSpan.Length > limit)
        {
            throw Bad(place, $"a name has more than {limit} bytes");
        }

        try
        {
            return reader.GetString() ?? "";
        }
        catch (InvalidOperationException e)
        {
            throw Bad(place, "a string holds half a surrogate pair", e);
        }
    }

    private BadInputException Bad(string place, string problem, Exception? inner = null) => new(_file, place, problem, Remedy, inner);
}
