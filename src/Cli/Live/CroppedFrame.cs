using Spectre.Console.Rendering;

namespace Emergence.Cli.Live;

/// <summary>The first lines of something, so that a frame never scrolls the terminal.</summary>
/// <param name="inner">What is shown.</param>
/// <param name="height">Greatest number of lines.</param>
internal sealed class CroppedFrame(IRenderable inner, int height) : IRenderable
{
    /// <summary>Lines of the last rendering.</summary>
    public int Lines { get; private set; }

    /// <inheritdoc/>
    public Measurement Measure(RenderOptions options, int maxWidth) => inner.Measure(options, maxWidth);

    /// <inheritdoc/>
    public IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        var lines = Segment.SplitLines(inner.Render(options, maxWidth), maxWidth);
        while (lines.Count > 0 && lines[^1].Count == 0)
            lines.RemoveAt(lines.Count - 1);
        Lines = Math.Min(lines.Count, height);
        return lines.Take(Lines).SelectMany(line => line.Append(Segment.LineBreak)).ToArray();
    }
}
