namespace Emergence.Demo.Corpus;

/// <summary>How the corpus is made into the demo's texts.</summary>
public sealed record PreparationOptions
{
    /// <summary>Documents of the probe set, spread over the genres in proportion. Default 60, about 140 000 words.</summary>
    public int ProbeDocuments { get; init; } = 60;

    /// <summary>Tags that are categories of the facet <c>pos</c>: the most frequent of the whole corpus. Default 30.</summary>
    public int Tags { get; init; } = 30;

    /// <summary>Greatest size of the tokenizer's vocabulary, the unknown token included. Default 4096.</summary>
    public int VocabularySize { get; init; } = 4096;

    /// <summary>Documents the corpus must have; fewer or more mean a damaged download. Default 500.</summary>
    public int CorpusDocuments { get; init; } = 500;
}
