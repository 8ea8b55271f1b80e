namespace Emergence.Demo.Corpus;

/// <summary>A document of the Brown corpus.</summary>
/// <param name="Id">Its file name, <c>ca01</c> to <c>cr09</c>.</param>
/// <param name="Genre">Its genre, a category of <see cref="BrownGenre.Names"/>.</param>
/// <param name="Words">Its words as they are printed, <c>[T]</c>.</param>
/// <param name="Tags">The base tag of each word (<see cref="BrownTag"/>), <c>[T]</c>.</param>
internal sealed record BrownDocument(string Id, string Genre, string[] Words, string[] Tags);
