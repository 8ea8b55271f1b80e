using System.Buffers;
using System.Text;
using Emergence.Stages.Tokens.Tokenizers.Unicode;

namespace Emergence.Stages.Tokens.Tokenizers.AddedTokens;

/// <summary>Finds added tokens: the leftmost, and of those that begin there the longest, then on behind it.</summary>
internal sealed class AddedTokenMatcher
{
    private readonly SearchValues<char> _firsts;

    // A trie: from a node by a unit to the next node. Node 0 is the root.
    private readonly Dictionary<long, int> _children = [];
    private readonly List<AddedToken?> _nodes = [null];

    /// <summary>Makes a matcher.</summary>
    /// <param name="tokens">What is looked for, not empty and each once, and the tokens.</param>
    public AddedTokenMatcher(IReadOnlyCollection<(string Pattern, AddedToken Token)> tokens)
    {
        _firsts = SearchValues.Create([.. tokens.Select(token => token.Pattern[0]).Distinct()]);
        foreach (var (pattern, token) in tokens)
        {
            var node = 0;
            foreach (var unit in pattern)
            {
                if (!_children.TryGetValue(Key(node, unit), out var child))
                {
                    child = _nodes.Count;
                    _children.Add(Key(node, unit), child);
                    _nodes.Add(null);
                }

                node = child;
            }

            _nodes[node] = token;
        }
    }

    /// <summary>Cuts a part of a text at the tokens.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">First unit of the part.</param>
    /// <param name="end">Unit after its last.</param>
    /// <param name="into">Where the segments are appended.</param>
    public void Cut(ReadOnlySpan<char> text, int start, int end, List<TextSegment> into)
    {
        var part = text[..end];
        var written = start;
        for (var at = start; at < end;)
        {
            var next = part[at..].IndexOfAny(_firsts);
            if (next < 0)
            {
                break;
            }

            at += next;
            var token = Longest(part, at, out var after);
            if (token is null)
            {
                at++;
                continue;
            }

            var first = at;
            at = after;
            if (token.SingleWord && (EndsWithWord(part[start..first]) || BeginsWithWord(part[after..])))
            {
                continue;
            }

            // White space that an earlier token took stays with that one. A token that begins there is not found: the library
            // would give the same characters two tokens or, where the range is reversed, end the process.
            if (first < written)
            {
                continue;
            }

            first = token.StripLeft ? Math.Max(start + part[start..first].TrimEnd().Length, written) : first;
            after = token.StripRight ? end - part[after..].TrimStart().Length : after;
            if (written < first)
            {
                into.Add(new TextSegment(written, first, -1));
            }

            into.Add(new TextSegment(first, after, token.Id));
            written = after;
        }

        if (written != end)
        {
            into.Add(new TextSegment(written, end, -1));
        }
    }

    private AddedToken? Longest(ReadOnlySpan<char> text, int at, out int after)
    {
        AddedToken? longest = null;
        after = at;
        for (var node = 0; at < text.Length && _children.TryGetValue(Key(node, text[at]), out node);)
        {
            at++;
            if (_nodes[node] is { } token)
            {
                longest = token;
                after = at;
            }
        }

        return longest;
    }

    private static bool EndsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeLastFromUtf16(text, out var rune, out _) == OperationStatus.Done && WordCharacters.IsWord(rune.Value);

    private static bool BeginsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeFromUtf16(text, out var rune, out _) == OperationStatus.Done && WordCharacters.IsWord(rune.Value);

    private static long Key(int node, char unit) => (long)node << 16 | unit;
}
