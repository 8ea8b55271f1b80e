using System.Text.Json;

namespace Emergence.Stages.Tokens.Probe;

/// <summary>Reads one label in JSON.</summary>
internal static class JsonLabel
{
    /// <summary>Reads a category or null.</summary>
    /// <returns>The category; −1 for none, or with a problem when it is something else.</returns>
    public static short Read(ProbeBuilder builder, int facet, JsonElement value, string place, string key)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Null:
                return -1;
            case JsonValueKind.String:
                return builder.Facets.Category(facet, value.GetString()!, place, key);
            default:
                builder.Problems.Add(place, $"'{key}' is not a category or null");
                return -1;
        }
    }
}
