using Emergence.Pipeline.Settings;
using Emergence.Stages.Sae;
using static TorchSharp.torch;

namespace Emergence.Cli.Sae;

/// <summary>Makes the trainer for a device: the one place that knows which devices there are.</summary>
internal static class TrainerFactory
{
    private const string Setting = "--device";

    /// <summary>Refuses a device that is not there, before anything is read.</summary>
    /// <exception cref="SettingsException">It is not there.</exception>
    public static void Check(TrainDevice device)
    {
        if (device == TrainDevice.Cpu || cuda.is_available())
            return;
        throw new SettingsException(
        [
            new(Setting, "no CUDA device is there", "use --device cpu, or build with EMERGENCE_LIBTORCH=<folder of a torch package with CUDA> on a machine with an NVIDIA GPU"),
        ]);
    }

    /// <summary>Makes a trainer.</summary>
    /// <param name="options">Valid options.</param>
    /// <param name="dimension">d.</param>
    /// <param name="threads">Threads of the kernels.</param>
    /// <param name="device">Where it computes.</param>
    public static SaeTrainer Create(SaeOptions options, int dimension, int threads, TrainDevice device)
    {
        Check(device);
        return device == TrainDevice.Cpu ? new SaeTrainer(options, dimension, threads) : new SaeTrainer(options, dimension, CUDA);
    }
}
