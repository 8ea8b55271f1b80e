namespace Emergence.Stages.Tokens.Files;

/// <summary>How a file of text is written; its name's ending says which.</summary>
internal enum TextFormat
{
    /// <summary>Plain text, one document: <c>.txt</c>, <c>.text</c>, <c>.md</c>.</summary>
    Plain,

    /// <summary>A JSON object a line: <c>.jsonl</c>, <c>.ndjson</c>, <c>.json</c>.</summary>
    JsonLines,

    /// <summary>The ten columns of Universal Dependencies: <c>.conllu</c>.</summary>
    ConllU,

    /// <summary>A word a line with labels in columns: <c>.conll</c>, <c>.tsv</c>, <c>.iob</c>.</summary>
    Columns,

    /// <summary>Token ids without a header: <c>.bin</c>.</summary>
    TokenBin,

    /// <summary>Token ids as NumPy saves them: <c>.npy</c>.</summary>
    TokenNpy,
}
