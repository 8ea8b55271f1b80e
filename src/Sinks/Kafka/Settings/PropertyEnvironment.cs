using System.Text.RegularExpressions;

namespace Emergence.Sinks.Kafka.Settings;

/// <summary>Properties in environment variables: <c>EMERGENCE_KAFKA_SASL_PASSWORD</c> is <c>sasl.password</c>.</summary>
public static partial class PropertyEnvironment
{
    /// <summary>What the names of the variables begin with.</summary>
    public const string Prefix = "EMERGENCE_KAFKA_";

    /// <summary>Picks the properties out of an environment.</summary>
    /// <param name="names">Names of all its variables.</param>
    /// <param name="value">Their values.</param>
    /// <param name="others">Variables with the prefix that are settings of the program and no properties.</param>
    /// <returns>In the order of the names.</returns>
    public static IReadOnlyList<GivenProperty> Read(IEnumerable<string> names, Func<string, string?> value, IReadOnlyCollection<string> others) =>
        [.. from name in names.Order(StringComparer.Ordinal)
            where name.StartsWith(Prefix, StringComparison.Ordinal) && name.Length > Prefix.Length && !others.Contains(name) && !ServiceLink().IsMatch(name)
            let given = value(name)
            where !string.IsNullOrEmpty(given)
            select new GivenProperty(name[Prefix.Length..].ToLowerInvariant().Replace('_', '.'), given, name)];

    // What Kubernetes puts into every pod beside a service called emergence-kafka.
    [GeneratedRegex("^EMERGENCE_KAFKA_(SERVICE_(HOST|PORT(_.+)?)|PORT(_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)$")]
    private static partial Regex ServiceLink();
}
