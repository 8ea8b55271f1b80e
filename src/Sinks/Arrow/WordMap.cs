using System.Text.Json;

namespace Emergence.Sinks.Arrow;

/// <summary>An enum's values as words of a table: <c>CheckpointRefused</c> is <c>checkpoint_refused</c>.</summary>
/// <typeparam name="T">The enum.</typeparam>
internal sealed class WordMap<T>
    where T : struct, Enum
{
    private readonly Dictionary<T, string> _words = Enum.GetValues<T>().ToDictionary(value => value, value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()));

    public WordMap() => Values = _words.ToDictionary(pair => pair.Value, pair => pair.Key);

    /// <summary>The values by word.</summary>
    public IReadOnlyDictionary<string, T> Values { get; }

    /// <summary>The words, in order of the values.</summary>
    public IEnumerable<string> Words => Enum.GetValues<T>().Select(WordOf);

    public string WordOf(T value) => _words[value];
}
