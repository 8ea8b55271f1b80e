namespace Emergence.Pipeline.Flow;

/// <summary>A graph is declared wrongly; every problem is listed at once, each with how to mend it.</summary>
public sealed class GraphDeclarationException : FlowException
{
    internal GraphDeclarationException(IReadOnlyList<string> problems)
        : base($"the graph cannot be built:\n{string.Join('\n', problems.Select(p => $"  - {p}"))}") => Problems = problems;

    /// <summary>The problems, in the order of declaration.</summary>
    public IReadOnlyList<string> Problems { get; }
}
