namespace Emergence.Stages.Tokens.Tokenizers.Normalizers;

/// <summary>Changes text before it is cut into pieces.</summary>
internal interface INormalizer
{
    /// <summary>Appends a part of a text as changed, unless nothing changes.</summary>
    /// <param name="from">The text.</param>
    /// <param name="start">First unit of the part.</param>
    /// <param name="end">Unit after its last.</param>
    /// <param name="into">An empty text that takes the result.</param>
    /// <returns>False when the part stays as it is; nothing was appended then.</returns>
    bool Apply(AlignedText from, int start, int end, AlignedText into);
}
