namespace Emergence.Stages.Tokens;

/// <summary>A document of the training text.</summary>
/// <param name="Id">The document's name in its source.</param>
/// <param name="Tokens">Token ids, <c>[T]</c>, at least one.</param>
public sealed record TokenDocument(string Id, int[] Tokens);
