using System.Security.Cryptography;
using Emergence.Stages.Input;
using Emergence.Stages.Models.Safetensors;

namespace Emergence.Pipeline.Checkpoints;

/// <summary>
/// Names a checkpoint's weights by their content. Of one file it is that file's SHA-256 (what <c>sha256sum</c> prints); of
/// shards the SHA-256 over the shards' SHA-256s in ordinal order of their names. Configuration and tokenizer do not count.
/// </summary>
public static class CheckpointHash
{
    private const int ChunkBytes = 1 << 20;

    /// <summary>Hashes the weights, streaming: memory does not grow with them.</summary>
    /// <param name="folder">The checkpoint.</param>
    /// <param name="cancellationToken">Ends it between two chunks.</param>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    /// <exception cref="BadInputException">The weights are not whole or cannot be read.</exception>
    public static string Of(string folder, CancellationToken cancellationToken)
    {
        using var weights = SafetensorsFolder.Open(folder);
        return Of(weights, 1, cancellationToken).Whole;
    }

    /// <summary>Hashes weights that are open, streaming; several shards side by side.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="threads">Most shards that are hashed at once.</param>
    /// <param name="cancellationToken">Ends it between two chunks.</param>
    /// <exception cref="BadInputException">A file became shorter or cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static WeightHashes Of(SafetensorsFolder weights, int threads, CancellationToken cancellationToken)
    {
        var hashes = new byte[weights.Files.Count][];
        if (hashes.Length == 1 || threads == 1)
        {
            for (var i = 0; i < hashes.Length; i++)
            {
                hashes[i] = OfFile(weights.Files[i].Bytes, cancellationToken);
            }
        }
        else
        {
            HashSideBySide(weights, threads, hashes, cancellationToken);
        }

        var shards = weights.Files.Zip(hashes).ToDictionary(p => Path.GetFileName(p.First.Path), p => Convert.ToHexStringLower(p.Second), StringComparer.Ordinal);
        return new WeightHashes(Convert.ToHexStringLower(hashes.Length == 1 ? hashes[0] : SHA256.HashData(hashes.SelectMany(h => h).ToArray())), shards);
    }

    private static void HashSideBySide(SafetensorsFolder weights, int threads, byte[][] hashes, CancellationToken cancellationToken)
    {
        try
        {
            Parallel.For(0, hashes.Length, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken }, i => hashes[i] = OfFile(weights.Files[i].Bytes, cancellationToken));
        }
        catch (AggregateException e) when (e.InnerExceptions.OfType<BadInputException>().FirstOrDefault() is { } problem)
        {
            throw problem;
        }
    }

    private static byte[] OfFile(InputFile file, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var chunk = new byte[Math.Min(ChunkBytes, Math.Max(1, file.Length))];
        for (long position = 0; position < file.Length;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var piece = chunk.AsSpan(0, (int)Math.Min(chunk.Length, file.Length - position));
            file.Read(piece, position, $"offset {position}");
            hash.AppendData(piece);
            position += piece.Length;
        }

        return hash.GetHashAndReset();
    }
}
