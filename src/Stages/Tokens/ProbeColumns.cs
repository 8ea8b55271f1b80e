namespace Emergence.Stages.Tokens;

/// <summary>
/// What the columns of a probe text of columns hold, by name: one is called <c>word</c>, each other is a facet, those called
/// <c>_</c> are passed over.
/// </summary>
public sealed class ProbeColumns
{
    private const int Most = 64;

    private ProbeColumns(string[] names) => (Names, Word) = (names, Array.IndexOf(names, "word"));

    /// <summary>The names, from the left.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Which of them holds the word, from 0.</summary>
    public int Word { get; }

    /// <summary>Says what is wrong with names of columns.</summary>
    /// <param name="names">The names, separated by commas or white space.</param>
    /// <returns>The problem, one clause; null when they can be used.</returns>
    public static string? Problem(string names)
    {
        var parts = Split(names);
        return parts.Length is 0 or > Most ? $"1 to {Most} names of columns are expected"
            : parts.Count(p => p == "word") != 1 ? "exactly one column is called 'word'"
            : parts.FirstOrDefault(p => p is "id" or "text" or "tokens" or "spans") is { } reserved ? $"a facet cannot be called '{reserved}'"
            : parts.Where(p => p != "_").GroupBy(p => p, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice ? $"two columns are called '{twice.Key}'"
            : null;
    }

    /// <summary>Reads names of columns.</summary>
    /// <param name="names">The names, separated by commas or white space.</param>
    /// <exception cref="ArgumentException">They cannot be used.</exception>
    public static ProbeColumns Parse(string names) =>
        Problem(names) is { } problem ? throw new ArgumentException(problem, nameof(names)) : new ProbeColumns(Split(names));

    private static string[] Split(string names) => names.Split([',', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
}
