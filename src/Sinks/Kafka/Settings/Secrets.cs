namespace Emergence.Sinks.Kafka.Settings;

/// <summary>Which values must not be shown, and takes them out of texts that others wrote.</summary>
internal sealed class Secrets
{
    private const string Hidden = "***";
    private static readonly string[] Marks = ["password", "passphrase", "secret", "token", "credential", "jaas", "oauthbearer.config", ".pem", ".jwk"];
    private readonly string[] _values;

    /// <summary>Takes the secrets of some properties.</summary>
    /// <param name="properties">Properties of librdkafka.</param>
    public Secrets(IEnumerable<KeyValuePair<string, string>> properties) =>
        // The longest first: a shorter one may be a part of it.
        _values = [.. properties.Where(p => IsSecret(p.Key) && p.Value.Length > 0).SelectMany(p => p.Value.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Append(p.Value))
            .Distinct().OrderByDescending(value => value.Length)];

    /// <summary>Whether a property's value is a secret, judged by its name.</summary>
    /// <param name="name">Its name.</param>
    public static bool IsSecret(string name) => Marks.Any(mark => name.Contains(mark, StringComparison.OrdinalIgnoreCase));

    /// <summary>A text without secrets.</summary>
    /// <param name="text">The text.</param>
    public string Redact(string text) => _values.Aggregate(text, (now, value) => now.Replace(value, Hidden, StringComparison.Ordinal));
}
