namespace Emergence.Pipeline.Tests.Flow.Fuzz;

/// <summary>What an injected fault throws.</summary>
internal sealed class InjectedException(string text) : Exception(text);
