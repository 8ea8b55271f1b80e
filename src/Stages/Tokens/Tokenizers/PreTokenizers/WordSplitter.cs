using System.Text;
using Emergence.Stages.Tokens.Tokenizers.Unicode;

namespace Emergence.Stages.Tokens.Tokenizers.PreTokenizers;

/// <summary>Finds <c>\w+|[^\w\s]+</c>: runs of word characters and runs of what is neither that nor white space.</summary>
internal sealed class WordSplitter : ISplitter
{
    private enum Kind
    {
        Space,
        Word,
        Other,
    }

    /// <inheritdoc/>
    public bool CoversAll => false;

    /// <inheritdoc/>
    public void Find(ReadOnlySpan<char> text, int start, int end, SpanList matches)
    {
        var first = start;
        var kind = Kind.Space;
        for (var at = start; at < end;)
        {
            Rune.DecodeFromUtf16(text[at..end], out var rune, out var width);
            var next = WordCharacters.IsWord(rune.Value) ? Kind.Word : WordCharacters.IsSpace(rune.Value) ? Kind.Space : Kind.Other;
            if (next != kind)
            {
                if (kind != Kind.Space)
                {
                    matches.Add(first, at);
                }

                (first, kind) = (at, next);
            }

            at += width;
        }

        if (kind != Kind.Space)
        {
            matches.Add(first, end);
        }
    }
}
