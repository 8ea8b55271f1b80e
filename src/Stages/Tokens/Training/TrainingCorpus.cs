using System.Security.Cryptography;
using Emergence.Stages.Input;
using Emergence.Stages.Tokens.Files;

namespace Emergence.Stages.Tokens.Training;

/// <summary>
/// A training text of files, of any size: plain text, JSON lines, or token ids (data/README.md describes the formats). It is looked
/// through once at the start; documents are read and tokenised when the stream comes to them.
/// </summary>
public sealed class TrainingCorpus : IDisposable
{
    private TrainingCorpus(ITrainingDocuments documents, string hash) => (Documents, Hash) = (documents, hash);

    /// <summary>The documents, in the order of the files.</summary>
    public ITrainingDocuments Documents { get; }

    /// <summary>Names the content: SHA-256 over the documents' texts or the token ids, 64 hexadecimal digits.</summary>
    public string Hash { get; }

    /// <summary>Looks through a text.</summary>
    /// <param name="paths">Files and folders; a folder's files are taken in ordinal order.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="vocabulary">The model's vocabulary: every token id in a file is below it.</param>
    /// <param name="type">How <c>.bin</c> files store ids; null: two bytes for vocabularies up to 65 536, else four.</param>
    /// <param name="measured">The documents that must not be there; null for none.</param>
    /// <returns>At least one document.</returns>
    /// <exception cref="BadInputException">A file is missing or not what it claims to be, or shares a document with the probe set; every problem is listed with its place.</exception>
    /// <exception cref="IOException">A temporary file cannot be written.</exception>
    public static TrainingCorpus Open(IReadOnlyList<string> paths, ITokenizer tokenizer, int vocabulary, TokenType? type = null, MeasuredDocuments? measured = null)
    {
        var files = TrainingFiles.Of(paths);
        var named = string.Join(',', paths);
        var problems = new TrainingProblems(named, files.Count > 1);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("emergence training text 2\n"u8);
        var indexer = new TextIndexer(hash, problems, measured);
        var parts = new List<ITrainingDocuments>();
        TextIndex? index = null;
        try
        {
            foreach (var (path, name) in files)
            {
                if (name.Format is TextFormat.Plain or TextFormat.JsonLines)
                {
                    if (index is null)
                    {
                        index = new TextIndex();
                        parts.Add(new TextDocuments(index, tokenizer));
                    }

                    indexer.Add(index, path, name);
                    continue;
                }

                index = null;
                var tokens = name.Format == TextFormat.TokenNpy
                    ? TokenFile.OpenNpy(path, vocabulary)
                    : TokenFile.OpenBin(path, type ?? (vocabulary <= 1 << 16 ? TokenType.UInt16 : TokenType.UInt32), vocabulary);
                parts.Add(tokens);
                tokens.Check(hash, (place, problem) => problems.Add(path, place, problem));
            }

            if (problems.Count == 0 && parts.Sum(p => (long)p.Count) is var count && count is 0 or > TextLimits.Documents)
            {
                problems.Add(files[0].Path, "line 1", count == 0 ? "the text has no document" : $"the text has more than {TextLimits.Documents} documents");
            }

            problems.ThrowIfAny();
        }
        catch
        {
            parts.ForEach(p => p.Dispose());
            throw;
        }

        return new TrainingCorpus(parts.Count == 1 ? parts[0] : new JoinedDocuments(parts), Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <inheritdoc/>
    public void Dispose() => Documents.Dispose();
}
