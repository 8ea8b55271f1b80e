namespace Emergence.Stages.Tests.Tokens.Tokenizers.Reference;

/// <summary>A token and the UTF-16 units that it stands for.</summary>
internal readonly record struct ReferenceToken(int Id, int Start, int End);
