using System.Globalization;
using System.Security.Cryptography;
using Emergence.Sinks.Kafka.Client;
using Emergence.Stages.Input;

namespace Emergence.Sinks.Kafka.State;

/// <summary>
/// Puts a layer group's run folder together from messages of topic <c>state</c>, on the disk: none stays in memory. They come from outside:
/// a file counts when all its pieces are there and it hashes to what they say.
/// </summary>
/// <param name="folder">Where; empty.</param>
/// <param name="run">Run name.</param>
/// <param name="group">Layer group.</param>
internal sealed class StateReceiver(string folder, string run, string group)
{
    private const string Remedy = "Remove the group's messages from the topic, or let the worker that has the run folder work on";
    private readonly Dictionary<string, Dictionary<int, Piece>> _files = new(StringComparer.Ordinal);

    /// <summary>Takes a message; one that is of another group, or no piece of a file, is left alone.</summary>
    /// <param name="message">The message; those of one key in order.</param>
    public void Take(ReceivedMessage message)
    {
        if (!StateKey.TryParse(message.Key, run, group, out var key))
        {
            return;
        }

        if (message.Value is null)
        {
            if (_files.TryGetValue(key.Path, out var pieces) && pieces.Remove(key.Part) && pieces.Count == 0)
            {
                _files.Remove(key.Path);
                File.Delete(Local(key.Path));
            }

            return;
        }

        if (Piece.Of(message, key) is not { } piece)
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Local(key.Path))!);
        using (var stream = new FileStream(Local(key.Path), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None))
        {
            stream.Position = piece.Offset;
            stream.Write(message.Value);
        }

        if (!_files.TryGetValue(key.Path, out var known))
        {
            _files.Add(key.Path, known = []);
        }

        known[key.Part] = piece;
    }

    /// <summary>Checks that every file is whole.</summary>
    /// <exception cref="BadInputException">One is not.</exception>
    public void Complete()
    {
        foreach (var (path, pieces) in _files)
        {
            var newest = pieces.Values.MaxBy(p => p.Number)!;
            var whole = pieces.Values.Where(p => p.Sha256 == newest.Sha256 && p.Parts == newest.Parts && p.Bytes == newest.Bytes).ToList();
            if (whole.Count < newest.Parts)
            {
                throw Wrong(path, $"{whole.Count} of its {newest.Parts} pieces are there");
            }

            // Before anything is read: a number in a header makes no file long.
            var end = 0L;
            if (whole.OrderBy(p => p.Offset).Any(p => p.Offset != end || (end += p.Length) < 0) || end != newest.Bytes)
            {
                throw Wrong(path, "its pieces do not follow each other");
            }

            using var stream = new FileStream(Local(path), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            if (stream.Length > newest.Bytes)
            {
                stream.SetLength(newest.Bytes);
            }

            if (stream.Length != newest.Bytes || Convert.ToHexStringLower(SHA256.HashData(stream)) != newest.Sha256)
            {
                throw Wrong(path, "its pieces are not those of the file that was sent (SHA-256 differs)");
            }

            stream.Flush(flushToDisk: true);
        }
    }

    private string Local(string path) => Path.Combine(folder, path.Replace('/', Path.DirectorySeparatorChar));

    private BadInputException Wrong(string path, string problem) => new($"{run}/{group}/{path}", "", problem, Remedy);

    private sealed record Piece(long Number, string Sha256, long Bytes, int Parts, long Offset, int Length)
    {
        private static long _count;

        public static Piece? Of(ReceivedMessage message, StateKey key)
        {
            if (message.Header(StateMessages.Sha256) is not { Length: 64 } sha256
                || !TryRead(message, StateMessages.Bytes, out var bytes)
                || !TryRead(message, StateMessages.Parts, out var parts)
                || !TryRead(message, StateMessages.Offset, out var offset)
                || parts is < 1 or > int.MaxValue || key.Part > parts
                || offset > bytes - message.Value!.Length
                || (parts == 1 ? offset != 0 || bytes != message.Value.Length : message.Value.Length == 0))
            {
                return null;
            }

            return new Piece(Interlocked.Increment(ref _count), sha256, bytes, (int)parts, offset, message.Value.Length);
        }

        private static bool TryRead(ReceivedMessage message, string header, out long value) =>
            long.TryParse(message.Header(header), NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }
}
