namespace Emergence.Stages.Tokens.Tokenizers.PreTokenizers;

/// <summary>What becomes of the matches when text is cut; shown for <c>-</c> in <c>the-final--countdown</c>.</summary>
internal enum SplitBehavior
{
    /// <summary>the, final, countdown.</summary>
    Removed,

    /// <summary>the, -, final, -, -, countdown.</summary>
    Isolated,

    /// <summary>the-, final-, -, countdown.</summary>
    MergedWithPrevious,

    /// <summary>the, -final, -, -countdown.</summary>
    MergedWithNext,

    /// <summary>the, -, final, --, countdown.</summary>
    Contiguous,
}
