using System.Text;

namespace Emergence.Benchmarks.Tokens;

/// <summary>English-like documents from a seed: frequent words by Zipf's law, rare ones made of syllables, sentences and paragraphs.</summary>
internal static class EnglishText
{
    private const string Frequent =
        "the of and to in a is that for it was on are as with his they I at be this have from or one had by word but not what all were we when your can said there use an each which she do how their if will up other about out " +
        "many then them these so some her would make like him into time has look two more write go see number no way could people my than first water been call who oil its now find long down day did get come made may part over " +
        "government research because different question against country problem history company president development important university information experience education management American something themselves international";

    private static readonly string[] s_syllables = ["ba", "con", "der", "est", "fi", "gra", "hol", "in", "ju", "ker", "lan", "mo", "ner", "or", "pre", "qui", "ra", "sto", "tion", "un", "ver", "wen", "xi", "yl", "ze"];

    /// <summary>Makes documents.</summary>
    /// <param name="units">Length of all of them together, about.</param>
    /// <param name="seed">The seed.</param>
    public static List<string> Documents(int units, int seed)
    {
        var random = new Random(seed);
        var words = Frequent.Split(' ').ToList();
        while (words.Count < 40_000)
        {
            words.Add(string.Concat(Enumerable.Range(0, random.Next(2, 6)).Select(_ => s_syllables[random.Next(s_syllables.Length)])));
        }

        var documents = new List<string>();
        var document = new StringBuilder();
        for (var length = 0; length < units;)
        {
            document.Clear();
            while (document.Length < 4000)
            {
                Sentence(document, words, random);
            }

            length += document.Length;
            documents.Add(document.ToString());
        }

        return documents;
    }

    private static void Sentence(StringBuilder document, List<string> words, Random random)
    {
        for (var left = random.Next(5, 30); left > 0; left--)
        {
            // The rank of a word is spread evenly over its logarithm.
            var word = words[(int)Math.Pow(words.Count, random.NextDouble()) - 1];
            document.Append(document.Length == 0 || document[^1] is '.' or '\n' ? char.ToUpperInvariant(word[0]) + word[1..] : word);
            document.Append(random.Next(40) switch { 0 or 1 => ", ", 2 => " " + random.Next(3000) + " ", 3 => "'s ", _ => " " });
        }

        document.Length--;
        document.Append(random.Next(6) == 0 ? ".\n\n" : ". ");
    }
}
