namespace Emergence.Stages.Tokens.Probe;

/// <summary>A line of CoNLL-U that stands for something in the text or in the tree.</summary>
/// <param name="Line">Its number in the file.</param>
/// <param name="First">Number of the word, or of the first word of a token of several.</param>
/// <param name="Last">Number of the last of them; the same for a word.</param>
/// <param name="Form">As it is written.</param>
/// <param name="Labels">What its columns say, by the place in <see cref="ConllUProbe.Facets"/>; null for none.</param>
/// <param name="SpaceAfter">Whether a space follows.</param>
internal sealed record ConllUWord(long Line, int First, int Last, string Form, string?[] Labels, bool SpaceAfter)
{
    /// <summary>Whether it is a token of several words, which follow it.</summary>
    public bool IsRange => Last > First;
}
