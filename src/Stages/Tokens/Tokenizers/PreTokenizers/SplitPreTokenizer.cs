namespace Emergence.Stages.Tokens.Tokenizers.PreTokenizers;

/// <summary>Cuts at the matches of a pattern.</summary>
/// <param name="splitter">The pattern.</param>
/// <param name="behavior">What becomes of the matches.</param>
/// <param name="invert">Whether what lies between the matches counts as the match.</param>
internal sealed class SplitPreTokenizer(ISplitter splitter, SplitBehavior behavior, bool invert) : IPreTokenizer
{
    private readonly SpanList _matches = new();

    // Matches and what lies between them, the whole part in order; true for what counts as a match.
    private readonly List<(int Start, int End, bool Match)> _parts = [];

    /// <inheritdoc/>
    public void Apply(Pieces pieces)
    {
        var chars = pieces.Text.Chars;
        var starts = pieces.Current.Starts;
        var ends = pieces.Current.Ends;
        var matchesAreThePieces = behavior == SplitBehavior.Isolated ? splitter.CoversAll : behavior == SplitBehavior.Removed && invert;
        for (var i = 0; i < starts.Length; i++)
        {
            if (matchesAreThePieces)
            {
                splitter.Find(chars, starts[i], ends[i], pieces.Next);
                continue;
            }

            _matches.Clear();
            splitter.Find(chars, starts[i], ends[i], _matches);
            Part(starts[i], ends[i]);
            Cut(pieces.Next);
        }

        pieces.Advance();
    }

    private void Part(int start, int end)
    {
        _parts.Clear();
        var at = start;
        for (var i = 0; i < _matches.Count; i++)
        {
            if (at < _matches.Starts[i])
            {
                _parts.Add((at, _matches.Starts[i], invert));
            }

            at = _matches.Ends[i];
            _parts.Add((_matches.Starts[i], at, !invert));
        }

        if (at < end)
        {
            _parts.Add((at, end, invert));
        }
    }

    private void Cut(SpanList into)
    {
        var joined = false;
        var first = into.Count;
        for (var i = 0; i < _parts.Count; i++)
        {
            var (start, end, match) = _parts[i];
            var previous = i > 0 && _parts[i - 1].Match;
            switch (behavior)
            {
                case SplitBehavior.Removed when match:
                    break;
                case SplitBehavior.Contiguous when match == previous && into.Count > first:
                case SplitBehavior.MergedWithPrevious when match && !previous && into.Count > first:
                    into.Extend(end);
                    break;
                case SplitBehavior.MergedWithNext:
                    // From the end backwards a match joins what follows, unless that is a match: so of several only the last joins.
                    var joinsNext = match && i + 1 < _parts.Count && !_parts[i + 1].Match;
                    if (joined)
                    {
                        into.Extend(end);
                    }
                    else
                    {
                        into.Add(start, end);
                    }

                    joined = joinsNext;
                    break;
                default:
                    into.Add(start, end);
                    break;
            }
        }
    }
}
