using Emergence.Stages.Models.Safetensors;

namespace Emergence.Stages.Models;

/// <summary>Under which names a checkpoint stores a model's parameters.</summary>
internal static class ParameterNames
{
    /// <summary>The parameters by the names they have in a checkpoint: those of the family's table, or these without its prefix.</summary>
    /// <param name="weights">The checkpoint.</param>
    /// <param name="config">The model's shape.</param>
    public static IReadOnlyList<ParameterInfo> In(SafetensorsFolder weights, ModelConfig config)
    {
        var infos = ParameterInfo.Of(config);
        var prefix = ModelFamilies.Of(config).Prefix;
        return weights.Tensors.Any(t => t.Name.StartsWith(prefix, StringComparison.Ordinal))
            ? infos
            : [.. infos.Select(i => i.Name.StartsWith(prefix, StringComparison.Ordinal) ? i with { Name = i.Name[prefix.Length..] } : i)];
    }
}
