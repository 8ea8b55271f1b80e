using Emergence.Stages.Models.Distance;
using static TorchSharp.torch;

namespace Emergence.Stages.Models.Loading;

/// <summary>How much of a checkpoint's weights is loaded, where to, and in which type.</summary>
public sealed record WeightLoading
{
    /// <summary>Blocks that are loaded, from the first; null (default) loads the whole model, final norm and head too.</summary>
    public int? Blocks { get; init; }

    /// <summary>Where the weights go. Default: the CPU.</summary>
    public Device Device { get; init; } = CPU;

    /// <summary>Float32 (default: F16 and BF16 are converted exactly) or BFloat16 (float32 and F16 are rounded).</summary>
    public ScalarType Precision { get; init; } = ScalarType.Float32;

    /// <summary>Whether the library's own attention is used; null (default) where it is the faster one: on CUDA.</summary>
    public bool? FusedAttention { get; init; }

    /// <summary>Takes up every weight that is read, as float32; null (default) for none.</summary>
    public WeightSketch? Sketch { get; init; }
}
