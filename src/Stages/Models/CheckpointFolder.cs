using System.Runtime.InteropServices;
using System.Text.Json;
using Emergence.Stages.Models.Safetensors;
using static TorchSharp.torch;

namespace Emergence.Stages.Models;

/// <summary>Writes a model as a Hugging Face checkpoint folder: <c>config.json</c> and <c>model.safetensors</c>, float32.</summary>
public static class CheckpointFolder
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Writes both files and flushes them to the disk. Not atomic: write a folder beside the final one and rename it.</summary>
    /// <param name="folder">An existing folder.</param>
    /// <param name="model">The model.</param>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public static void Write(string folder, LanguageModel model)
    {
        WriteConfig(folder, model.Config);
        SafetensorsWriter.Write(
            Path.Combine(folder, SafetensorsFolder.SingleFile),
            [.. model.ParameterInfos.Zip(model.Parameters, (info, tensor) => (info.Name, info.Shape.ToArray(), (ReadOnlyMemory<float>)Values(tensor)))],
            new Dictionary<string, string> { ["format"] = "pt" });
    }

    /// <summary>Writes <c>config.json</c>: the same bytes for the same configuration.</summary>
    /// <param name="folder">An existing folder.</param>
    /// <param name="config">The model's shape.</param>
    public static void WriteConfig(string folder, ModelConfig config)
    {
        using var file = new FileStream(Path.Combine(folder, ModelConfig.FileName), FileMode.Create, FileAccess.Write);
        JsonSerializer.Serialize(file, ModelFamilies.Of(config).Options(config), Indented);
        file.WriteByte((byte)'\n');
        file.Flush(flushToDisk: true);
    }

    private static float[] Values(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return MemoryMarshal.Cast<byte, float>(tensor.detach().cpu().contiguous().bytes).ToArray();
    }
}
