using System.Globalization;
using Emergence.Stages.Input;
using Emergence.Stages.Models.Safetensors;

namespace Emergence.Stages.Activations.Streams;

/// <summary>
/// One layer of a step of an activation stream, an open <c>layers.N.safetensors</c>: the rows that SAEs train on (<c>training</c>,
/// <c>[M, d]</c>), the labelled rows that are measured (<c>activations</c>, <c>[N, d]</c>), and columns of whole numbers for the
/// latter (<c>document</c>, <c>label.FACET</c>, <c>[N]</c>).
/// </summary>
public sealed class SavedLayer : IDisposable
{
    /// <summary>Tensor of the rows that SAEs train on.</summary>
    public const string TrainingName = "training";

    /// <summary>Tensor of the labelled rows.</summary>
    public const string ProbeName = "activations";

    private const string Prefix = "layers.";
    private const string Suffix = ".safetensors";

    private SavedLayer(int layer, SafetensorsFile file)
    {
        Layer = layer;
        File = file;
        Training = SavedRows.Of(file, TrainingName, "the rows that SAEs train on");
        Probe = SavedRows.Of(file, ProbeName, "the labelled rows that are measured");
        if (Training.Dimension != Probe.Dimension)
        {
            throw new BadInputException(file.Path, $"tensor {TrainingName}", $"its rows have {Training.Dimension} numbers, those of {ProbeName} {Probe.Dimension}", "Save both from the same place of the model");
        }

        if (Probe.Rows > ActivationLimits.ProbeRows)
        {
            throw new BadInputException(file.Path, $"tensor {ProbeName}", $"it has {Probe.Rows} rows, more than the {ActivationLimits.ProbeRows} that are measured", "Label fewer rows");
        }
    }

    /// <summary>The layer, from 0.</summary>
    public int Layer { get; }

    /// <summary>Rows to train on.</summary>
    public SavedRows Training { get; }

    /// <summary>Labelled rows.</summary>
    public SavedRows Probe { get; }

    /// <summary>Width of both, d.</summary>
    public int Dimension => Probe.Dimension;

    /// <summary>The file.</summary>
    internal SafetensorsFile File { get; }

    /// <summary>The file of a layer.</summary>
    /// <param name="layer">Layer, from 0.</param>
    public static string FileOf(int layer) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{layer}{Suffix}");

    /// <summary>The layers of which a folder has a file.</summary>
    /// <param name="folder">The step.</param>
    /// <returns>Ascending.</returns>
    /// <exception cref="IOException">The folder cannot be listed.</exception>
    public static IReadOnlyList<int> LayersIn(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, $"{Prefix}*{Suffix}")
            .Select(path => Path.GetFileName(path))
            .Select(name => int.TryParse(name.AsSpan(Prefix.Length, name.Length - Prefix.Length - Suffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var layer) && FileOf(layer) == name ? layer : -1)
            .Where(layer => layer >= 0)
            .Order(),
    ];

    /// <summary>Opens a layer's file and checks its header; no row is read.</summary>
    /// <param name="folder">The step.</param>
    /// <param name="layer">Layer, from 0.</param>
    /// <exception cref="BadInputException">It is missing, not whole, or does not hold what is described above.</exception>
    public static SavedLayer Open(string folder, int layer)
    {
        var file = SafetensorsFile.Open(Path.Combine(folder, FileOf(layer)));
        try
        {
            return new SavedLayer(layer, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => File.Dispose();
}
