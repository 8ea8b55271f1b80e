namespace Emergence.Benchmarks.Sae.Workers;

/// <summary>A worker cannot do what it was told.</summary>
internal sealed class WorkerException(string message) : Exception(message);
