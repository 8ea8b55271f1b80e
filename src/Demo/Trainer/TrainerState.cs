using System.Globalization;
using Emergence.Stages.Input;
using Emergence.Stages.Models;
using Emergence.Stages.Models.Safetensors;

namespace Emergence.Demo.Trainer;

/// <summary>
/// Everything training needs to go on as if it had not been stopped: weights, moments, step, newest losses. One file,
/// <c>.trainer/state.safetensors</c>, replaced atomically.
/// </summary>
/// <param name="Step">Optimiser steps done.</param>
/// <param name="Seconds">Seconds of training, all starts together.</param>
/// <param name="Losses">Losses of the newest steps, oldest first; before the first step the loss of the untrained model.</param>
/// <param name="Parameters">Weights, in the order of <see cref="ParameterInfo.Of"/>.</param>
/// <param name="First">Running means of the gradients, likewise.</param>
/// <param name="Second">Running means of their squares, likewise.</param>
internal sealed record TrainerState(
    long Step, double Seconds, IReadOnlyList<double> Losses, IReadOnlyList<float[]> Parameters, IReadOnlyList<float[]> First, IReadOnlyList<float[]> Second)
{
    private const string FileName = "state.safetensors";
    private const string Remedy = "Remove the folder to train again from the start";

    /// <summary>Where the state of a training folder is kept.</summary>
    public static string FolderOf(string trainingFolder) => Path.Combine(trainingFolder, ".trainer");

    /// <summary>Replaces the saved state.</summary>
    /// <param name="folder">The state's folder.</param>
    /// <param name="config">The model's shape.</param>
    /// <param name="identity">What makes this training this one, by name; checked when it goes on.</param>
    public void Save(string folder, ModelConfig config, IReadOnlyDictionary<string, string> identity)
    {
        var metadata = new Dictionary<string, string>(identity)
        {
            ["step"] = Step.ToString(CultureInfo.InvariantCulture),
            ["seconds"] = Seconds.ToString("R", CultureInfo.InvariantCulture),
            ["losses"] = string.Join(" ", Losses.Select(l => l.ToString("R", CultureInfo.InvariantCulture))),
        };
        var infos = ParameterInfo.Of(config);
        var tensors = new List<(string, long[], ReadOnlyMemory<float>)>();
        foreach (var (part, arrays) in Parts(Parameters, First, Second))
        {
            tensors.AddRange(infos.Zip(arrays, (info, values) => ($"{part}.{info.Name}", info.Shape.ToArray(), (ReadOnlyMemory<float>)values)));
        }

        var path = Path.Combine(folder, FileName);
        var temporary = path + ".tmp";
        SafetensorsWriter.Write(temporary, tensors, metadata);
        File.Move(temporary, path, overwrite: true);
        AtomicFolder.Flush(folder);
    }

    /// <summary>Reads the saved state; null when there is none.</summary>
    /// <exception cref="BadInputException">It belongs to another training, or is broken.</exception>
    public static TrainerState? Load(string folder, ModelConfig config, IReadOnlyDictionary<string, string> identity)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        using var file = SafetensorsFile.Open(path);
        foreach (var (name, value) in identity)
        {
            var saved = file.Metadata.GetValueOrDefault(name, "");
            if (saved != value)
            {
                throw new BadInputException(path, $"option {name}", $"the training there has {saved}, this one {value}", "Choose another folder, or the options the training was started with");
            }
        }

        var infos = ParameterInfo.Of(config);
        float[][] Read(string part) => [.. infos.Select(info => Tensor(file, $"{part}.{info.Name}", info))];
        return new TrainerState(
            long.Parse(Text(file, "step"), CultureInfo.InvariantCulture),
            double.Parse(Text(file, "seconds"), CultureInfo.InvariantCulture),
            [.. Text(file, "losses").Split(' ').Select(l => double.Parse(l, CultureInfo.InvariantCulture))],
            Read("parameter"),
            Read("first"),
            Read("second"));
    }

    private static (string Part, IReadOnlyList<float[]> Arrays)[] Parts(IReadOnlyList<float[]> parameters, IReadOnlyList<float[]> first, IReadOnlyList<float[]> second) =>
        [("parameter", parameters), ("first", first), ("second", second)];

    private static string Text(SafetensorsFile file, string key) =>
        file.Metadata.TryGetValue(key, out var value) ? value : throw new BadInputException(file.Path, $"metadata {key}", "it is missing", Remedy);

    private static float[] Tensor(SafetensorsFile file, string name, ParameterInfo info) =>
        file.TryGet(name, out var tensor) && tensor.Shape.SequenceEqual(info.Shape)
            ? file.ReadFloats(name)
            : throw new BadInputException(file.Path, $"tensor {name}", "it is missing or has another shape", Remedy);
}
