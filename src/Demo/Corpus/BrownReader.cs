using Emergence.Stages.Input;

namespace Emergence.Demo.Corpus;

/// <summary>
/// Reads the Brown corpus in Form C: one file a document (<c>ca01</c> … <c>cr09</c>), ASCII, one sentence a line, words set
/// apart by blanks, each <c>word/tag</c>. The last slash is the one that divides: words may have their own (<c>1/2/cd</c>).
/// </summary>
internal static class BrownReader
{
    private const string Remedy = "Fetch the corpus again: run `npm ci` in data/";

    /// <summary>Longest file that is read; the corpus's longest has 26 000 bytes.</summary>
    private const int LargestFile = 1 << 22;

    /// <summary>Lists the corpus's documents; other files (README, CONTENTS …) are passed over.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The documents' paths, ordered by name.</returns>
    /// <exception cref="BadInputException">There is no such folder.</exception>
    public static IReadOnlyList<string> Files(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new BadInputException(folder, "", "there is no such folder", Remedy);
        }

        return Directory.GetFiles(folder)
            .Where(path => BrownGenre.Of(Path.GetFileName(path)) is not null)
            .OrderBy(Path.GetFileName, StringComparer.Ordinal)
            .ToArray();
    }

    /// <summary>Reads one document.</summary>
    /// <param name="path">Its file.</param>
    /// <returns>The document.</returns>
    /// <exception cref="BadInputException">It is not in Form C; every problem is listed with its line.</exception>
    public static BrownDocument Read(string path)
    {
        var id = Path.GetFileName(path);
        var genre = BrownGenre.Of(id) ?? throw new BadInputException(path, "", "not the name of a document of the corpus", Remedy);
        if (new FileInfo(path).Length > LargestFile)
        {
            throw new BadInputException(path, "", $"longer than {LargestFile} bytes", Remedy);
        }

        var problems = new InputProblems(path, Remedy);
        var words = new List<string>();
        var tags = new List<string>();
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            var place = $"line {++number}";
            if (line.Any(c => c is not '\t' and (< ' ' or > '~')))
            {
                problems.Add(place, "a character that is not printable ASCII");
                continue;
            }

            foreach (var item in line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
            {
                var slash = item.LastIndexOf('/');
                if (slash <= 0 || slash == item.Length - 1)
                {
                    problems.Add(place, $"'{item}' is not a word, a slash and a tag");
                }
                else if (BrownTag.BaseOf(item[(slash + 1)..]) is not { } tag)
                {
                    problems.Add(place, $"'{item}' has a tag that is not in the tag set");
                }
                else
                {
                    words.Add(item[..slash]);
                    tags.Add(tag);
                }
            }
        }

        if (problems.Count == 0 && words.Count == 0)
        {
            problems.Add("line 1", "the document has no word");
        }

        problems.ThrowIfAny();
        return new BrownDocument(id, genre, [.. words], [.. tags]);
    }
}
