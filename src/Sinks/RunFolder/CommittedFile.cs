namespace Emergence.Sinks.RunFolder;

/// <summary>A file of a committed step.</summary>
/// <param name="Path">Path in the step's folder, with <c>/</c>.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Its SHA-256, lower-case hexadecimal.</param>
public sealed record CommittedFile(string Path, long Bytes, string Sha256);
