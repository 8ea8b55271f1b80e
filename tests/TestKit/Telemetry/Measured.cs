using System.Diagnostics.Metrics;

namespace Emergence.TestKit.Telemetry;

/// <summary>A measurement.</summary>
/// <param name="Instrument">The instrument.</param>
/// <param name="Value">Its value.</param>
/// <param name="Attributes">Its attributes.</param>
public sealed record Measured(Instrument Instrument, double Value, IReadOnlyDictionary<string, object?> Attributes);
