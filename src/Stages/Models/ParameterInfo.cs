namespace Emergence.Stages.Models;

/// <summary>One parameter tensor of a model.</summary>
/// <param name="Name">Name in the checkpoint.</param>
/// <param name="Role">What it does.</param>
/// <param name="Layer">Its block; −1 for a parameter that exists once.</param>
/// <param name="Shape">Its shape.</param>
public sealed record ParameterInfo(string Name, ParameterRole Role, int Layer, IReadOnlyList<long> Shape)
{
    /// <summary>Number of elements.</summary>
    public long Count => Shape.Aggregate(1L, (a, b) => a * b);

    /// <summary>All parameters of a model, in a fixed order: those that exist once, then block by block.</summary>
    /// <param name="config">The model's shape.</param>
    public static IReadOnlyList<ParameterInfo> Of(ModelConfig config)
    {
        var table = ModelFamilies.Of(config).Parameters(config);
        var all = table.Where(e => !e.PerBlock).Select(e => new ParameterInfo(e.NameAt(0), e.Role, -1, e.Shape(config))).ToList();
        for (var layer = 0; layer < config.Layers; layer++)
        {
            all.AddRange(table.Where(e => e.PerBlock).Select(e => new ParameterInfo(e.NameAt(layer), e.Role, layer, e.Shape(config))));
        }

        return all;
    }
}
