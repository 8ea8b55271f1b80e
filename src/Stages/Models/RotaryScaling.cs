using System.Globalization;

namespace Emergence.Stages.Models;

/// <summary>
/// How rotary frequencies are stretched for a longer context. Linear (arXiv 2306.15595): all of them divided by the factor.
/// By wavelength (Llama 3.1, arXiv 2407.21783, "llama3" in <c>config.json</c>): those that turn less than
/// <see cref="LowFrequency"/> times within the original context are divided, those that turn more than
/// <see cref="HighFrequency"/> times are kept, and those between are mixed.
/// </summary>
/// <param name="Factor">What frequencies are divided by, at least 1.</param>
/// <param name="LowFrequency">Turns within the original context below which a frequency is divided; 0 with linear scaling.</param>
/// <param name="HighFrequency">Turns above which it is kept; above <paramref name="LowFrequency"/>; 0 with linear scaling.</param>
/// <param name="OriginalContext">Context before stretching, in tokens; 0 with linear scaling.</param>
public sealed record RotaryScaling(double Factor, double LowFrequency = 0, double HighFrequency = 0, int OriginalContext = 0)
{
    /// <summary>Whether all frequencies are divided alike.</summary>
    public bool IsLinear => OriginalContext == 0;

    /// <summary>Stretches one frequency.</summary>
    /// <param name="frequency">Radians per token.</param>
    public double Apply(double frequency)
    {
        if (IsLinear)
        {
            return frequency / Factor;
        }

        var turns = OriginalContext * frequency / (2 * Math.PI);
        var kept = Math.Clamp((turns - LowFrequency) / (HighFrequency - LowFrequency), 0, 1);
        return (kept * frequency) + ((1 - kept) * frequency / Factor);
    }

    /// <inheritdoc/>
    public override string ToString() => IsLinear
        ? $"linear({Text(Factor)})"
        : $"llama3({Text(Factor)},{Text(LowFrequency)},{Text(HighFrequency)},{OriginalContext})";

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
