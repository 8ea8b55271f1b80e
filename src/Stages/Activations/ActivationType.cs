namespace Emergence.Stages.Activations;

/// <summary>How a file stores its numbers. All three become float32 exactly.</summary>
public enum ActivationType
{
    /// <summary>IEEE single precision.</summary>
    Float32,

    /// <summary>IEEE half precision.</summary>
    Float16,

    /// <summary>The upper half of a float32.</summary>
    BFloat16,
}
