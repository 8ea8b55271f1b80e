using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;

namespace Emergence.TestKit.Activations;

/// <summary>Writes safetensors files of any types, as Python's libraries do; shares no code with the product's reader or writer.</summary>
public sealed class SafetensorsBytes
{
    private readonly JsonObject _header = [];
    private readonly MemoryStream _data = new();

    /// <summary>Adds a text to the metadata.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="text">The text.</param>
    public SafetensorsBytes Note(string key, string text)
    {
        if (!_header.ContainsKey("__metadata__"))
        {
            _header.Insert(0, "__metadata__", new JsonObject());
        }

        _header["__metadata__"]!.AsObject()[key] = text;
        return this;
    }

    /// <summary>Adds a tensor.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">Element type as the format spells it.</param>
    /// <param name="values">The elements, stored as they are.</param>
    /// <param name="shape">Sizes.</param>
    public SafetensorsBytes Add<T>(string name, string type, ReadOnlySpan<T> values, params long[] shape)
        where T : unmanaged
    {
        var begin = _data.Length;
        _data.Write(MemoryMarshal.AsBytes(values));
        _header[name] = new JsonObject
        {
            ["dtype"] = type,
            ["shape"] = new JsonArray([.. shape.Select(s => (JsonNode)s)]),
            ["data_offsets"] = new JsonArray(begin, _data.Length),
        };
        return this;
    }

    /// <summary>Adds rows of float32.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="dimension">Length of a row.</param>
    public SafetensorsBytes Rows(string name, ReadOnlySpan<float> rows, int dimension) => Add(name, "F32", rows, rows.Length / dimension, dimension);

    /// <summary>Adds a column of 64-bit whole numbers.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="values">The numbers.</param>
    public SafetensorsBytes Column(string name, ReadOnlySpan<long> values) => Add(name, "I64", values, values.Length);

    /// <summary>The file's bytes.</summary>
    public byte[] ToArray()
    {
        var header = Encoding.UTF8.GetBytes(_header.ToJsonString());
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. header, .. _data.ToArray()];
    }

    /// <summary>Writes the file.</summary>
    /// <param name="path">Where.</param>
    public void Write(string path) => File.WriteAllBytes(path, ToArray());
}
