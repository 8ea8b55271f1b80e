namespace Emergence.Cli.Sae;

/// <summary>Where an SAE is trained.</summary>
internal enum TrainDevice
{
    /// <summary>On the processor.</summary>
    Cpu,

    /// <summary>On the first NVIDIA GPU.</summary>
    Cuda,
}
