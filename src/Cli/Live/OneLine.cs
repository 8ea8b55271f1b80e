using Spectre.Console;
using Spectre.Console.Rendering;

namespace Emergence.Cli.Live;

/// <summary>A line that is cut and never wrapped, with an optional part at the right edge, left out where it would take more than half.</summary>
/// <param name="left">Markup at the left.</param>
/// <param name="right">Markup at the right edge; empty for none.</param>
internal sealed class OneLine(string left, string right = "") : IRenderable
{
    // Wider than any terminal: what is rendered into it is not wrapped.
    private const int Unwrapped = 4096;

    /// <inheritdoc/>
    public Measurement Measure(RenderOptions options, int maxWidth) => new(1, maxWidth);

    /// <inheritdoc/>
    public IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        var end = Flat(right, options);
        var endWidth = end.Sum(s => s.CellCount());
        if (endWidth > maxWidth / 2)
            (end, endWidth) = ([], 0);
        var start = Cut(Flat(left, options), endWidth == 0 ? maxWidth : Math.Max(0, maxWidth - endWidth - 1));
        var gap = endWidth == 0 ? 0 : maxWidth - endWidth - start.Sum(s => s.CellCount());
        return [.. start, .. gap > 0 ? [Segment.Padding(gap)] : Array.Empty<Segment>(), .. end, Segment.LineBreak];
    }

    private static List<Segment> Flat(string markup, RenderOptions options) =>
        markup.Length == 0 ? [] : [.. ((IRenderable)new Markup(markup)).Render(options, Unwrapped).Where(s => !s.IsLineBreak)];

    /// <summary>The segments that fit; a cut one ends in an ellipsis.</summary>
    private static List<Segment> Cut(List<Segment> segments, int width)
    {
        if (segments.Sum(s => s.CellCount()) <= width)
            return segments;
        var kept = new List<Segment>();
        var room = width - 1;
        foreach (var segment in segments)
        {
            var text = segment.Text;
            while (text.Length > 0 && new Segment(text).CellCount() > room)
                text = text[..^1];
            if (text.Length > 0)
                kept.Add(new Segment(text, segment.Style));
            room -= new Segment(text).CellCount();
            if (text.Length < segment.Text.Length)
                break;
        }

        if (width > 0)
            kept.Add(new Segment("…"));
        return kept;
    }
}
