using System.Text.RegularExpressions;
using Emergence.TestKit;

namespace Emergence.Examples.Tests.Snippets;

/// <summary>The blocks of code in a page of the documentation.</summary>
internal static class ReadmeBlocks
{
    /// <summary>Reads them.</summary>
    /// <param name="path">The page, from the product's root.</param>
    /// <param name="language">Their language, as it stands behind the backticks.</param>
    public static IReadOnlyList<string> Of(string path, string language) =>
        [.. Regex.Matches(File.ReadAllText(Path.Combine(ProductRoot.Find(), path)), $@"(?ms)^```{language}\n(.*?)^```").Select(m => m.Groups[1].Value)];
}
