using System.Text.Json;
using Emergence.Stages.Input;

namespace Emergence.Stages.Tokens.Files;

/// <summary>Says what is wrong with a line that is not JSON.</summary>
internal static class JsonProblem
{
    /// <summary>One clause without a full stop.</summary>
    public static string Of(JsonException error) => error.BytePositionInLine is { } offset
        ? $"not JSON at byte {offset} of the line: {StrictJson.Explain(error)}"
        : $"not JSON: {StrictJson.Explain(error)}";
}
