namespace Emergence.Stages.Tokens.Tokenizers.PreTokenizers;

/// <summary>Finds a pattern in text.</summary>
internal interface ISplitter
{
    /// <summary>Whether matches leave nothing between them.</summary>
    bool CoversAll { get; }

    /// <summary>Appends every match in a part of a text, which begins and ends there as far as the pattern can see.</summary>
    /// <param name="text">The text, without half surrogate pairs.</param>
    /// <param name="start">First unit of the part.</param>
    /// <param name="end">Unit after its last.</param>
    /// <param name="matches">Where the matches are appended, in order, not overlapping and not empty.</param>
    void Find(ReadOnlySpan<char> text, int start, int end, SpanList matches);
}
