using System.Security.Cryptography;
using System.Text;
using Emergence.Stages.Input;
using Emergence.Stages.Tokens.Files;
using Emergence.Stages.Tokens.Training;

namespace Emergence.Stages.Tokens;

/// <summary>
/// Reads a small training text into memory: JSONL, one document a line, <c>{"id":"ca02","tokens":["Austin",",","Texas"]}</c> or
/// <c>{"text":"Austin, Texas"}</c>. <see cref="TrainingCorpus"/> reads texts of any size.
/// </summary>
public static class TrainingText
{
    /// <summary>Reads and tokenises a training text.</summary>
    /// <param name="path">The JSONL file.</param>
    /// <param name="tokenizer">Gives the tokens.</param>
    /// <returns>At least one document, in the file's order; documents that give no tokens are left out.</returns>
    /// <exception cref="BadInputException">The file is missing or not what it claims to be; every problem is listed with its line.</exception>
    public static IReadOnlyList<TokenDocument> Read(string path, ITokenizer tokenizer)
    {
        var problems = new TrainingProblems(path, several: false);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var index = new TextIndex();
        new TextIndexer(hash, problems, null).Add(index, path, new TextName(TextFormat.JsonLines, TextName.Of(path).Packed, ".jsonl"));
        if (problems.Count == 0 && index.Count == 0)
        {
            problems.Add(path, "line 1", "the text has no document");
        }

        problems.ThrowIfAny();
        var documents = new List<TokenDocument>(index.Count);
        var tokens = new TokenSpans();
        for (var d = 0; d < index.Count; d++)
        {
            var (text, id) = index.Read(d);
            tokens.Clear();
            tokenizer.Encode(Encoding.UTF8.GetString(text.Span), tokens);
            if (tokens.Count > 0)
            {
                documents.Add(new TokenDocument(id ?? $"{Path.GetFileName(path)}:{d + 1}", tokens.Ids.ToArray()));
            }
        }

        return documents.Count > 0 ? documents : throw new BadInputException(path, "", "no document of the text gives a token", "Name a text that holds words");
    }
}
