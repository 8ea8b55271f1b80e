namespace Emergence.Demo.Corpus;

/// <summary>The corpus's 15 genres. The second letter of a file's name is its genre.</summary>
internal static class BrownGenre
{
    private static readonly (char Letter, string Name, string Description)[] s_genres =
    [
        ('a', "press_reportage", "newspaper reports"),
        ('b', "press_editorial", "newspaper editorials and letters"),
        ('c', "press_reviews", "newspaper reviews of arts and books"),
        ('d', "religion", "religion"),
        ('e', "skills_and_hobbies", "skills, trades and hobbies"),
        ('f', "popular_lore", "popular lore"),
        ('g', "belles_lettres", "belles-lettres, biography, essays"),
        ('h', "government", "government documents and house organs"),
        ('j', "learned", "scholarly and scientific writing"),
        ('k', "general_fiction", "general fiction"),
        ('l', "mystery_fiction", "mystery and detective fiction"),
        ('m', "science_fiction", "science fiction"),
        ('n', "adventure_fiction", "adventure and western fiction"),
        ('p', "romance", "romance and love stories"),
        ('r', "humor", "humor"),
    ];

    /// <summary>The genres' names, in the order of their letters.</summary>
    public static IReadOnlyList<string> Names { get; } = s_genres.Select(g => g.Name).ToArray();

    /// <summary>What each genre is, in the order of <see cref="Names"/>.</summary>
    public static IReadOnlyList<string> Descriptions { get; } = s_genres.Select(g => g.Description).ToArray();

    /// <summary>Gives the genre of a file.</summary>
    /// <param name="fileName">The file's name without its folder.</param>
    /// <returns>The genre's name; null when the file is not a document of the corpus (<c>c</c>, a genre's letter, two digits).</returns>
    public static string? Of(string fileName)
    {
        if (fileName.Length != 4 || fileName[0] != 'c' || !char.IsAsciiDigit(fileName[2]) || !char.IsAsciiDigit(fileName[3]))
        {
            return null;
        }

        return s_genres.FirstOrDefault(g => g.Letter == fileName[1]).Name;
    }
}
