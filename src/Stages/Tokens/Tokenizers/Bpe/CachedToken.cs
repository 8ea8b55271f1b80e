namespace Emergence.Stages.Tokens.Tokenizers.Bpe;

/// <summary>A token of a short piece.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Start">Its first unit in the piece.</param>
/// <param name="End">The unit after its last.</param>
internal readonly record struct CachedToken(int Id, ushort Start, ushort End);
