using Emergence.Pipeline.Settings;
using Emergence.Stages.Models;
using Emergence.Stages.Models.Distance;
using Emergence.Stages.Models.Loading;
using Emergence.Stages.Models.Safetensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Emergence.Pipeline.Watching;

/// <summary>Where and how the models of a run are loaded: no more of them than its hook points need.</summary>
/// <param name="Device">Where they run.</param>
/// <param name="Precision">What was asked for.</param>
/// <param name="Blocks">Blocks up to the deepest hook point.</param>
internal sealed record ModelPlacement(Device Device, WeightPrecision Precision, int Blocks)
{
    /// <summary>How a checkpoint is loaded.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="sketch">Takes up its weights.</param>
    public WeightLoading For(OpenCheckpoint checkpoint, WeightSketch sketch) => new()
    {
        Blocks = Blocks,
        Device = Device,
        Precision = TypeFor(checkpoint.Weights),
        Sketch = sketch,
    };

    private ScalarType TypeFor(SafetensorsFolder weights) => Precision switch
    {
        WeightPrecision.Float32 => ScalarType.Float32,
        WeightPrecision.BFloat16 => ScalarType.BFloat16,
        _ => Device.type == DeviceType.CUDA && IsStoredShort(weights) ? ScalarType.BFloat16 : ScalarType.Float32,
    };

    /// <summary>By most of the bytes, so that a stray tensor does not make one step's precision another.</summary>
    private static bool IsStoredShort(SafetensorsFolder weights) =>
        2 * weights.Tensors.Where(t => t.Type is not TensorType.F32).Sum(t => t.End - t.Begin) > weights.Tensors.Sum(t => t.End - t.Begin);
}
