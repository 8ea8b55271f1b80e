namespace Emergence.Pipeline.Settings;

/// <summary>Type of the model's weights while it runs. Activations are handed on as float32 in any case.</summary>
public enum WeightPrecision
{
    /// <summary>Float32 on the CPU; on CUDA bfloat16 when the checkpoint is stored in 16 bits, else float32.</summary>
    Auto,

    /// <summary>32 bits: what every checkpoint's values fit exactly.</summary>
    Float32,

    /// <summary>16 bits: half the memory; activations agree with float32's to about a hundredth.</summary>
    BFloat16,
}
