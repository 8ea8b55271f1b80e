using System.Runtime.InteropServices;
using Emergence.Stages.Tokens.Files;

namespace Emergence.Stages.Tokens.Training;

/// <summary>
/// Tokens of the documents that have been tokenised: every checkpoint asks for the same ones again. They lie in a temporary file,
/// because a budget may have more of them than memory.
/// </summary>
internal sealed class TokenSpool : IDisposable
{
    private readonly Dictionary<int, (long Start, int Length)> _places = [];
    private Scratch? _file;

    /// <summary>Whether a document is there, and how many tokens it has.</summary>
    public bool TryLength(int document, out int length)
    {
        var found = _places.TryGetValue(document, out var place);
        length = place.Length;
        return found;
    }

    /// <summary>Keeps a document.</summary>
    public void Add(int document, ReadOnlySpan<int> tokens) =>
        _places.Add(document, ((_file ??= new Scratch()).Append(MemoryMarshal.AsBytes(tokens)), tokens.Length));

    /// <summary>Gives tokens of a document that is there.</summary>
    public void Copy(int document, int start, Span<long> into)
    {
        var position = _places[document].Start + (start * (long)sizeof(int));
        Span<int> piece = stackalloc int[1024];
        while (into.Length > 0)
        {
            var taken = piece[..Math.Min(piece.Length, into.Length)];
            _file!.Read(position, MemoryMarshal.AsBytes(taken));
            for (var i = 0; i < taken.Length; i++)
            {
                into[i] = taken[i];
            }

            into = into[taken.Length..];
            position += taken.Length * sizeof(int);
        }
    }

    public void Dispose() => _file?.Dispose();
}
