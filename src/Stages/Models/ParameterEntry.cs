namespace Emergence.Stages.Models;

/// <summary>One line of a family's table: the decoder's word for a parameter and the checkpoint's.</summary>
/// <param name="Role">What it does.</param>
/// <param name="Pattern">Name in the checkpoint; <c>{0}</c> stands for the block.</param>
/// <param name="Shape">Its shape for a configuration.</param>
internal sealed record ParameterEntry(ParameterRole Role, string Pattern, Func<ModelConfig, long[]> Shape)
{
    /// <summary>Whether each block has one.</summary>
    public bool PerBlock => Role >= ParameterRole.AttentionNormWeight;

    /// <summary>Name in the checkpoint.</summary>
    /// <param name="layer">The block; without meaning for a parameter that exists once.</param>
    public string NameAt(int layer) => Pattern.Replace("{0}", layer.ToString(), StringComparison.Ordinal);
}
