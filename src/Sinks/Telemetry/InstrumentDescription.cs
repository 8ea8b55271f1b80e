namespace Emergence.Sinks.Telemetry;

/// <summary>What an instrument measures; <c>docs/TELEMETRY.md</c> has a row for each.</summary>
/// <param name="Meter">Name of its meter.</param>
/// <param name="Name">Its name, by OpenTelemetry's naming rules.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Unit">Its unit, by UCUM; what is counted stands in braces.</param>
/// <param name="Attributes">Names of the attributes that its measurements have or, with a question mark, may have.</param>
/// <param name="Description">What it says, for a person.</param>
public sealed record InstrumentDescription(string Meter, string Name, InstrumentKind Kind, string Unit, IReadOnlyList<string> Attributes, string Description);
