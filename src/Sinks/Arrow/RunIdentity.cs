namespace Emergence.Sinks.Arrow;

/// <summary>What every batch of a run says about the run.</summary>
/// <param name="Run">Run name.</param>
/// <param name="Model">Model name.</param>
/// <param name="Parameters">Number of parameters of the model.</param>
/// <param name="MetricsVersion">Version of the definitions behind the numbers.</param>
/// <param name="Producer">The program that writes and its version, such as <c>emergence 0.1.0</c>.</param>
public sealed record RunIdentity(string Run, string Model, long Parameters, string MetricsVersion, string Producer);
