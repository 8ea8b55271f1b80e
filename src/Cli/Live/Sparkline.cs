namespace Emergence.Cli.Live;

/// <summary>A trajectory in one line of text.</summary>
internal static class Sparkline
{
    private const string Blocks = "▁▂▃▄▅▆▇█";
    private const string Plain = "_.-:=+*#";

    /// <summary>Draws values between two ends; the last value is always the last character.</summary>
    /// <param name="values">Values in order; those that are no number leave a gap.</param>
    /// <param name="low">Value of the lowest mark.</param>
    /// <param name="high">Value of the highest mark.</param>
    /// <param name="width">Greatest number of characters; longer trajectories keep the last value of each slice.</param>
    /// <param name="unicode">Whether block characters can be shown.</param>
    public static string Of(IReadOnlyList<double> values, double low, double high, int width, bool unicode)
    {
        var marks = unicode ? Blocks : Plain;
        var length = Math.Min(values.Count, Math.Max(0, width));
        return string.Create(length, (values, low, high, marks), static (text, state) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                var value = state.values[(int)(((long)(i + 1) * state.values.Count / text.Length) - 1)];
                var share = state.high > state.low ? (value - state.low) / (state.high - state.low) : 0.5;
                text[i] = double.IsFinite(value) ? state.marks[Math.Clamp((int)(share * state.marks.Length), 0, state.marks.Length - 1)] : ' ';
            }
        });
    }
}
