namespace Emergence.Demo.Corpus;

/// <summary>The demo's texts as they lie prepared in a folder.</summary>
/// <param name="ProbePath">The probe text, <c>probe.jsonl</c>; its facets beside it in <c>probe.facets.json</c>.</param>
/// <param name="TrainingPath">The training text, <c>train.jsonl</c>: all documents that are not in the probe text.</param>
/// <param name="TokenizerPath">The tokenizer made of the training text, <c>tokenizer.json</c>.</param>
/// <param name="ProbeDocuments">Documents of the probe text.</param>
/// <param name="ProbeTokens">Words of the probe text.</param>
/// <param name="TrainingDocuments">Documents of the training text.</param>
/// <param name="TrainingTokens">Words of the training text.</param>
/// <param name="Written">Whether this call wrote them; false when they were there already, whole and of the same seed.</param>
public sealed record PreparedText(
    string ProbePath,
    string TrainingPath,
    string TokenizerPath,
    int ProbeDocuments,
    long ProbeTokens,
    int TrainingDocuments,
    long TrainingTokens,
    bool Written);
