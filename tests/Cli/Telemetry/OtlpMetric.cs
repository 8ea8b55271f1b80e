namespace Emergence.Cli.Tests.Telemetry;

/// <summary>A metric as it came over the wire.</summary>
/// <param name="Service">Attribute <c>service.name</c> of the resource.</param>
/// <param name="Scope">Name of the meter.</param>
/// <param name="Name">Its name.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Kind">gauge, sum or histogram.</param>
/// <param name="Attributes">Attributes of its points, all together.</param>
internal sealed record OtlpMetric(string? Service, string Scope, string Name, string Unit, string Kind, IReadOnlySet<(string Name, string Value)> Attributes);
