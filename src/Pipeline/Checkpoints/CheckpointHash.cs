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
        string[] paths;
        using (var weights = SafetensorsFolder.Open(folder))
        {
            paths = weights.Files.Select(f => f.Path).ToArray();
        }

        var hashes = paths.Select(path => OfFile(path, cancellationToken)).ToArray();
        return Convert.ToHexStringLower(hashes.Length == 1 ? hashes[0] : SHA256.HashData(hashes.SelectMany(h => h).ToArray()));
    }

    private static byte[] OfFile(string path, CancellationToken cancellationToken)
    {
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            using var file = File.OpenHandle(path, options: FileOptions.SequentialScan);
            var chunk = new byte[ChunkBytes];
            long position = 0;
            int read;
            while ((read = RandomAccess.Read(file, chunk, position)) > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                hash.AppendData(chunk, 0, read);
                position += read;
            }

            return hash.GetHashAndReset();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException(path, "", $"it cannot be read: {e.Message.TrimEnd('.')}", "Check the disk and copy the checkpoint again", e);
        }
    }
}
