namespace Emergence.Stages.Tokens.Tokenizers.AddedTokens;

/// <summary>A token that is found in the text before anything else.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Content">What is found.</param>
/// <param name="SingleWord">Whether it must not touch a word character on either side.</param>
/// <param name="StripLeft">Whether it takes the white space before it.</param>
/// <param name="StripRight">Whether it takes the white space behind it.</param>
/// <param name="Normalized">Whether it is looked for in the normalized text, as normalized itself.</param>
internal sealed record AddedToken(int Id, string Content, bool SingleWord, bool StripLeft, bool StripRight, bool Normalized);
