using Emergence.Stages.Input;

namespace Emergence.Stages.Tokens;

/// <summary>
/// Reads a training text: JSONL, one document a line, <c>{"id":"ca02","tokens":["Austin",",","Texas"]}</c> and no other key.
/// </summary>
public static class TrainingText
{
    /// <summary>Reads and tokenises a training text.</summary>
    /// <param name="path">The JSONL file.</param>
    /// <param name="tokenizer">Gives the words' tokens.</param>
    /// <returns>At least one document, in the file's order.</returns>
    /// <exception cref="BadInputException">The file is missing or not what it claims to be; every problem is listed with its line.</exception>
    public static IReadOnlyList<TokenDocument> Read(string path, ITokenizer tokenizer) =>
        LabelledText.Read(path, [], tokenizer).Select(d => new TokenDocument(d.Id, d.Tokens)).ToArray();
}
