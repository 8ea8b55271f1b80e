namespace Emergence.Cli.Telemetry;

/// <summary>How metrics are exported. The variables may hold secrets (headers), the text shows none.</summary>
/// <param name="Collector">Scheme, host and port of the collector.</param>
/// <param name="Variables">OpenTelemetry's variables that are set, by name.</param>
internal sealed record OtlpSettings(string Collector, IReadOnlyDictionary<string, string?> Variables)
{
    /// <inheritdoc/>
    public override string ToString() => $"metrics to {Collector}";
}
