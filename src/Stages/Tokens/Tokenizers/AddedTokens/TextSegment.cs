namespace Emergence.Stages.Tokens.Tokenizers.AddedTokens;

/// <summary>A part of a text: an added token, or what lies between two.</summary>
/// <param name="Start">Its first unit.</param>
/// <param name="End">The unit after its last.</param>
/// <param name="Id">The added token's id; -1 for other text.</param>
internal readonly record struct TextSegment(int Start, int End, int Id);
