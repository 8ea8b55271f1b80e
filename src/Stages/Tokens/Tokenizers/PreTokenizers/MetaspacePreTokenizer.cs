using Emergence.Stages.Tokens.Tokenizers.Normalizers;

namespace Emergence.Stages.Tokens.Tokenizers.PreTokenizers;

/// <summary>Writes spaces as a visible character, puts one before the pieces and cuts before each.</summary>
/// <param name="replacement">The visible character, no surrogate.</param>
/// <param name="prepend">Before which pieces one is put, unless they begin with it.</param>
/// <param name="split">Whether pieces are cut.</param>
internal sealed class MetaspacePreTokenizer(char replacement, MetaspacePrepend prepend, bool split) : IPreTokenizer
{
    private readonly string _prefix = replacement.ToString();
    private readonly SplitPreTokenizer _cut = new(new TextSplitter(replacement.ToString()), SplitBehavior.MergedWithNext, false);

    /// <inheritdoc/>
    public void Apply(Pieces pieces)
    {
        var from = pieces.Text;
        var into = pieces.Rewrite();
        for (var i = 0; i < pieces.Current.Count; i++)
        {
            var start = pieces.Current.Starts[i];
            var end = pieces.Current.Ends[i];
            var first = into.Length;
            var begins = from.Chars[start] == ' ' || from.Chars[start] == replacement;
            if (!begins && (prepend == MetaspacePrepend.Always || (prepend == MetaspacePrepend.First && from.StartOf(start) == 0)))
            {
                PrependNormalizer.Prepend(from, start, _prefix, into);
            }

            into.AppendReplacing(from, start, end, ' ', replacement);
            pieces.Next.Add(first, into.Length);
        }

        pieces.Advance(into);
        if (split)
        {
            _cut.Apply(pieces);
        }
    }
}
