using Emergence.Stages.Models.Distance;

namespace Emergence.Pipeline.Messages;

/// <summary>How far a checkpoint's weights lie from those of the step used before it, relative to their norm.</summary>
/// <param name="Whole">All weights that were read; null when that cannot be said.</param>
/// <param name="Layers">Each block's own parameters, by block.</param>
public sealed record WeightDistances(double? Whole, IReadOnlyDictionary<int, double> Layers)
{
    /// <summary>At the first step: no distances.</summary>
    public static WeightDistances None { get; } = new(null, new Dictionary<int, double>());

    /// <summary>Compares two sketches.</summary>
    /// <param name="now">This step's.</param>
    /// <param name="before">The step's before it; null at the first.</param>
    public static WeightDistances Of(WeightSketch now, WeightSketch? before)
    {
        if (before is null)
        {
            return None;
        }

        var layers = new Dictionary<int, double>();
        foreach (var layer in now.Layers)
        {
            if (layer >= 0 && now.DistanceFrom(before, layer) is { } distance)
            {
                layers[layer] = distance;
            }
        }

        return new WeightDistances(now.DistanceFrom(before), layers);
    }
}
