namespace Emergence.Pipeline.Checkpoints;

/// <summary>A checkpoint's weights by their content.</summary>
/// <param name="Whole">Names all of it; 64 lower-case hexadecimal digits.</param>
/// <param name="Shards">SHA-256 of each weight file by its name; empty when only the whole is known.</param>
public sealed record WeightHashes(string Whole, IReadOnlyDictionary<string, string> Shards);
