using System.Text;
using Emergence.Stages.Tokens;

namespace Emergence.TestKit.Runs;

/// <summary>A labelled probe text and a training text of made-up words whose spelling tells their category.</summary>
/// <param name="ProbePath">The probe text; its facet file lies beside it.</param>
/// <param name="TrainingPath">The training text.</param>
/// <param name="Tokenizer">Tokenizer of all their words.</param>
public sealed record TinyTexts(string ProbePath, string TrainingPath, WordTokenizer Tokenizer)
{
    private const int Words = 40;
    private const int DocumentTokens = 60;
    private static readonly string[] s_genres = ["prose", "verse"];
    private static readonly string[] s_tags = ["noun", "verb", "other"];

    /// <summary>Writes both.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="seed">Seed of the words' order.</param>
    public static TinyTexts Write(string folder, int seed = 1)
    {
        Directory.CreateDirectory(folder);
        var random = new Random(seed);
        var probe = Path.Combine(folder, "probe.jsonl");
        var training = Path.Combine(folder, "train.jsonl");
        var lines = new StringBuilder();
        for (var d = 0; d < 16; d++)
        {
            var words = Document(random, d % s_genres.Length);
            lines.Append($$"""{"id":"p{{d}}","tokens":[{{Quoted(words.Select(Word))}}],"genre":"{{s_genres[d % 2]}}","pos":[{{Quoted(words.Select(w => s_tags[w % 3]))}}]}""").Append('\n');
        }

        File.WriteAllText(probe, lines.ToString());
        FacetFile.Write(FacetFile.PathFor(probe), [new Facet("genre", FacetKind.Document, s_genres), new Facet("pos", FacetKind.Token, s_tags)]);
        lines.Clear();
        for (var d = 0; d < 16; d++)
        {
            lines.Append($$"""{"id":"t{{d}}","tokens":[{{Quoted(Document(random, d % 2).Select(Word))}}]}""").Append('\n');
        }

        File.WriteAllText(training, lines.ToString());
        return new TinyTexts(probe, training, WordTokenizer.Build(Enumerable.Range(0, Words).Select(Word), Words + 1));
    }

    // Half of a document's words come from its genre's half of the vocabulary.
    private static int[] Document(Random random, int genre) =>
        [.. Enumerable.Range(0, DocumentTokens).Select(_ => random.Next(2) == 0 ? random.Next(Words) : (genre * Words / 2) + random.Next(Words / 2))];

    private static string Word(int index) => $"w{index}";

    private static string Quoted(IEnumerable<string> items) => string.Join(',', items.Select(i => $"\"{i}\""));
}
