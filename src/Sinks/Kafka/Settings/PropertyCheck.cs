using Confluent.Kafka;

namespace Emergence.Sinks.Kafka.Settings;

/// <summary>Asks the library itself whether it takes properties, because only it knows all of its version. Connects to nothing.</summary>
public static class PropertyCheck
{
    /// <summary>Merges properties and says what is wrong with them.</summary>
    /// <param name="given">Properties, those first that win over later ones of the same name.</param>
    /// <param name="problems">Takes what is wrong.</param>
    /// <returns>What may be given to the library, by name. Holds secrets.</returns>
    public static IReadOnlyDictionary<string, string> Merge(IEnumerable<GivenProperty> given, ICollection<PropertyProblem> problems)
    {
        var properties = new Dictionary<string, GivenProperty>(StringComparer.Ordinal);
        foreach (var property in given)
        {
            if (RefusedProperties.Find(property) is { } refused)
                problems.Add(refused);
            else
                properties.TryAdd(property.Name, property);
        }

        while (properties.Count > 0 && Refusal(properties) is { } problem)
        {
            problems.Add(problem.Told);
            if (problem.Property is null)
                break;
            properties.Remove(problem.Property);
        }

        return properties.ToDictionary(p => p.Key, p => p.Value.Value, StringComparer.Ordinal);
    }

    private static (PropertyProblem Told, string? Property)? Refusal(Dictionary<string, GivenProperty> properties)
    {
        KafkaClientLibrary.UseMachineLibrary();
        if (Try(properties.Values) is not { } said)
            return null;
        // The library may call a property by another of its names: then the one is meant that is refused alone.
        var name = properties.Keys.Where(key => said.Contains($"\"{key}\"", StringComparison.Ordinal) || said.Contains($"`{key}", StringComparison.Ordinal)
            || said.StartsWith(key + " ", StringComparison.Ordinal)).MaxBy(key => key.Length) ?? properties.Keys.FirstOrDefault(key => Try([properties[key]]) is not null);
        var where = name is null ? string.Join(", ", properties.Values.Select(p => p.Where)) : properties[name].Where;
        return (
            said.Contains("No such configuration property", StringComparison.Ordinal)
                ? new(where, $"librdkafka {Library.VersionString} has no property {name}", "see the list of its properties (CONFIGURATION.md of librdkafka) for how it is written")
                : new(where, $"librdkafka does not take {name ?? "these properties together"}: {said}", "mend the value"),
            name);
    }

    /// <summary>What the library says against properties, without secrets; null when nothing.</summary>
    private static string? Try(IReadOnlyCollection<GivenProperty> properties)
    {
        try
        {
            new ProducerBuilder<byte[], byte[]>(properties.ToDictionary(p => p.Name, p => p.Value)).SetLogHandler((_, _) => { }).Build().Dispose();
            return null;
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException or KafkaException)
        {
            var secrets = new Secrets(properties.Select(p => KeyValuePair.Create(p.Name, p.Value)));
            return secrets.Redact(error.Message).ReplaceLineEndings(" ").Trim().TrimEnd('.');
        }
    }
}
