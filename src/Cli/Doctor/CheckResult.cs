namespace Emergence.Cli.Doctor;

/// <summary>What a check found.</summary>
/// <param name="Part">The part that was checked.</param>
/// <param name="State">How it is.</param>
/// <param name="Finding">What was found, for a person.</param>
/// <param name="Remedy">What to do; null when nothing need be done.</param>
internal sealed record CheckResult(string Part, CheckState State, string Finding, string? Remedy = null);
