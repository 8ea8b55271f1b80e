namespace Emergence.Stages.Tokens.Tokenizers.PreTokenizers;

/// <summary>Cuts pieces of text into smaller ones; the model never joins what was cut.</summary>
internal interface IPreTokenizer
{
    /// <summary>Cuts the pieces and may change their text.</summary>
    /// <param name="pieces">The pieces.</param>
    void Apply(Pieces pieces);
}
