namespace Emergence.Pipeline.Tests;

/// <summary>Tests that count the process's tensors, memory or busy threads: nothing else runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    /// <summary>The collection's name.</summary>
    public const string Name = "alone";
}
