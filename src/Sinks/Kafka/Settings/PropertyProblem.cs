namespace Emergence.Sinks.Kafka.Settings;

/// <summary>Something wrong with a setting of the Kafka client. Never holds a value that may be a secret.</summary>
/// <param name="Where">The file and its line, the environment variable, or the property.</param>
/// <param name="Problem">What is wrong, one clause without a full stop.</param>
/// <param name="Remedy">How to mend it, one clause without a full stop.</param>
public sealed record PropertyProblem(string Where, string Problem, string Remedy);
