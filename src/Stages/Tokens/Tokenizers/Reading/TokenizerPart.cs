using System.Text.Json;
using Emergence.Stages.Input;

namespace Emergence.Stages.Tokens.Tokenizers.Reading;

/// <summary>A value in a <c>tokenizer.json</c> and where it stands, so that every refusal names the place.</summary>
/// <param name="Path">The file.</param>
/// <param name="Place">Keys from the top, such as <c>pre_tokenizer.pretokenizers[0].type</c>; empty for the whole file.</param>
/// <param name="Element">The value.</param>
internal readonly record struct TokenizerPart(string Path, string Place, JsonElement Element)
{
    /// <summary>What the user can do when a tokenizer is refused.</summary>
    public const string Remedy = "Use the tokenizer.json that the tokenizers library saves for byte-level BPE, BPE with byte fallback or WordLevel models";

    /// <summary>Whether the value is null or, as given by <see cref="Find"/>, not there.</summary>
    public bool IsAbsent => Element.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined;

    /// <summary>The error that this value is.</summary>
    /// <param name="problem">What is wrong, one clause without a full stop.</param>
    public BadInputException Bad(string problem) => new(Path, Place, problem, Remedy);

    /// <summary>The error that a value in this one is.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="problem">What is wrong, one clause without a full stop.</param>
    public BadInputException Bad(string key, string problem) => new(Path, At(key), problem, Remedy);

    /// <summary>Checks that the value is an object with no keys but these.</summary>
    /// <param name="keys">The keys that are understood.</param>
    /// <exception cref="BadInputException">It is no object or has another key.</exception>
    public void Allow(params ReadOnlySpan<string> keys)
    {
        foreach (var property in Objects())
        {
            if (!keys.Contains(property.Name))
            {
                throw Bad(property.Name, "the key is not supported");
            }
        }
    }

    /// <summary>The members of the value, which must be an object.</summary>
    /// <exception cref="BadInputException">It is no object.</exception>
    public JsonElement.ObjectEnumerator Objects() =>
        Element.ValueKind == JsonValueKind.Object ? Element.EnumerateObject() : throw Bad($"an object is expected, not {Kind}");

    /// <summary>The items of the value, which must be a list.</summary>
    /// <exception cref="BadInputException">It is no list.</exception>
    public IEnumerable<TokenizerPart> Items()
    {
        if (Element.ValueKind != JsonValueKind.Array)
        {
            throw Bad($"a list is expected, not {Kind}");
        }

        return Enumerate();
    }

    /// <summary>A member of the value.</summary>
    /// <param name="key">Its key.</param>
    /// <returns>The member; an absent part when there is none or the value is no object.</returns>
    public TokenizerPart Find(string key)
    {
        var found = default(JsonElement);
        if (Element.ValueKind == JsonValueKind.Object)
        {
            Element.TryGetProperty(key, out found);
        }

        return new TokenizerPart(Path, At(key), found);
    }

    /// <summary>A text in the value.</summary>
    /// <param name="key">Its key.</param>
    /// <exception cref="BadInputException">It is missing or no text.</exception>
    public string Text(string key) => OptionalText(key) ?? throw Bad(key, "a string is expected, but it is missing");

    /// <summary>A text in the value.</summary>
    /// <param name="key">Its key.</param>
    /// <returns>The text; null when it is missing or null.</returns>
    /// <exception cref="BadInputException">It is no text.</exception>
    public string? OptionalText(string key)
    {
        var part = Find(key);
        return part.IsAbsent ? null : part.Element.ValueKind == JsonValueKind.String ? part.Element.GetString() : throw part.Bad($"a string is expected, not {part.Kind}");
    }

    /// <summary>A truth value in the value.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="otherwise">What holds when it is missing or null; null when it must be there.</param>
    /// <exception cref="BadInputException">It is missing or no truth value.</exception>
    public bool Flag(string key, bool? otherwise = null)
    {
        var part = Find(key);
        return part.IsAbsent
            ? otherwise ?? throw part.Bad("true or false is expected, but it is missing")
            : part.Element.ValueKind is JsonValueKind.True or JsonValueKind.False ? part.Element.GetBoolean() : throw part.Bad($"true or false is expected, not {part.Kind}");
    }

    /// <summary>The <c>type</c> of the value, which must be an object.</summary>
    /// <exception cref="BadInputException">It is no object or has no type.</exception>
    public string Type()
    {
        Objects();
        return Text("type");
    }

    /// <summary>The <c>type</c> of the value; null when it has none.</summary>
    public string? OptionalType() => OptionalText("type");

    /// <summary>The error that a type is which is not supported.</summary>
    /// <param name="type">The type.</param>
    /// <param name="supported">Those that are, as a sentence names them.</param>
    public BadInputException Unsupported(string type, string supported) => Bad("type", $"'{type}' is not supported; {supported}");

    private string Kind => IsAbsent ? "null" : StrictJson.Name(Element.ValueKind);

    private string At(string key) => Place.Length == 0 ? key : $"{Place}.{key}";

    private IEnumerable<TokenizerPart> Enumerate()
    {
        var index = 0;
        foreach (var item in Element.EnumerateArray())
        {
            yield return new TokenizerPart(Path, $"{Place}[{index++}]", item);
        }
    }
}
