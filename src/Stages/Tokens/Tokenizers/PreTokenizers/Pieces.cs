namespace Emergence.Stages.Tokens.Tokenizers.PreTokenizers;

/// <summary>The pieces of a text as the pre-tokenizers pass them on. A step reads them, appends the new ones and calls <see cref="Advance"/>.</summary>
internal sealed class Pieces
{
    private readonly AlignedText _one = new();
    private readonly AlignedText _other = new();
    private SpanList _next = new();

    /// <summary>The text that the pieces are in.</summary>
    public AlignedText Text { get; private set; } = new();

    /// <summary>The pieces.</summary>
    public SpanList Current { get; private set; } = new();

    /// <summary>The pieces of the next step, filled by this one.</summary>
    public SpanList Next => _next;

    /// <summary>Begins with one piece.</summary>
    /// <param name="text">The text that it is in; stays as it is.</param>
    /// <param name="start">Its first unit.</param>
    /// <param name="end">The unit after its last.</param>
    public void Begin(AlignedText text, int start, int end)
    {
        Text = text;
        Current.Clear();
        Current.Add(start, end);
        _next.Clear();
    }

    /// <summary>Gives an empty text for a step that changes the pieces' text; <see cref="Advance"/> takes it.</summary>
    public AlignedText Rewrite()
    {
        var text = ReferenceEquals(Text, _one) ? _other : _one;
        text.Clear();
        return text;
    }

    /// <summary>Makes the next pieces the current ones.</summary>
    /// <param name="rewritten">The text that they are in when the step changed it.</param>
    public void Advance(AlignedText? rewritten = null)
    {
        Text = rewritten ?? Text;
        (Current, _next) = (_next, Current);
        _next.Clear();
    }
}
