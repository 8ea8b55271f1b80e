using System.Globalization;
using static TorchSharp.torch;

namespace Emergence.Pipeline.Settings;

/// <summary>A device as users write it: <c>cpu</c>, <c>cuda</c>, <c>cuda:1</c>, or <c>auto</c> for CUDA where it is there and else the CPU.</summary>
public static class DeviceName
{
    /// <summary>The default.</summary>
    public const string Auto = "auto";

    private const string Cpu = "cpu";
    private const string Cuda = "cuda";

    /// <summary>Says what is wrong with a name, without asking which devices there are.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The problem, one clause; null when it is a device's name.</returns>
    public static string? Problem(string name) => name is Auto or Cpu || TryCuda(name, out _) ? null : $"\"{name}\" is not cpu, cuda, cuda:N or auto";

    /// <summary>Finds the device.</summary>
    /// <param name="name">A device's name.</param>
    /// <exception cref="SettingsException">It is not there.</exception>
    public static Device Resolve(string name) => Resolve(name, cuda.is_available() ? cuda.device_count() : 0);

    internal static Device Resolve(string name, int cudaDevices)
    {
        if (name == Cpu || (name == Auto && cudaDevices == 0))
        {
            return CPU;
        }

        if (name == Auto)
        {
            return CUDA;
        }

        return TryCuda(name, out var index) && Math.Max(index, 0) < cudaDevices ? device($"{Cuda}:{Math.Max(index, 0)}") : throw Missing(name, cudaDevices);
    }

    private static SettingsException Missing(string name, int cudaDevices) => new(
    [
        cudaDevices == 0
            ? new SettingProblem("--device", "no CUDA device is there", "use --device cpu, or build with EMERGENCE_LIBTORCH=<folder of a torch package with CUDA> on a machine with an NVIDIA GPU")
            : new SettingProblem("--device", $"{name} is not there: there are {cudaDevices} CUDA devices, from cuda:0", $"use a device up to cuda:{cudaDevices - 1}"),
    ]);

    private static bool TryCuda(string name, out int index)
    {
        index = -1;
        return name == Cuda
            || (name.StartsWith(Cuda + ":", StringComparison.Ordinal) && int.TryParse(name.AsSpan(Cuda.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out index));
    }
}
