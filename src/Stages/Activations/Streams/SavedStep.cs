using System.Security.Cryptography;
using Emergence.Stages.Input;
using Emergence.Stages.Tokens;

namespace Emergence.Stages.Activations.Streams;

/// <summary>
/// A step of an activation stream: a folder with <c>layers.N.safetensors</c> for each layer. All files are opened at once and read
/// through these handles, so that a step may be deleted while it is read.
/// </summary>
public sealed class SavedStep : IDisposable
{
    private readonly List<SavedLayer> _layers = [];

    private SavedStep(string folder) => Folder = folder;

    /// <summary>The folder as it was named.</summary>
    public string Folder { get; }

    /// <summary>The opened layers, ascending.</summary>
    public IReadOnlyList<SavedLayer> Layers => _layers;

    /// <summary>What the first layer's file says of the step.</summary>
    public SavedNotes Notes { get; private set; } = new(null, null, null, null, null);

    /// <summary>Opens a step and checks its headers; no row is read.</summary>
    /// <param name="folder">The step.</param>
    /// <param name="layers">Layers to open, ascending; null for all that are there.</param>
    /// <exception cref="BadInputException">A file is missing, not whole, or does not agree with the others.</exception>
    public static SavedStep Open(string folder, IReadOnlyList<int>? layers)
    {
        var step = new SavedStep(folder);
        try
        {
            foreach (var layer in layers ?? LayersOf(folder))
            {
                step.Add(SavedLayer.Open(folder, layer));
            }

            step.Notes = SavedNotes.Of(step._layers[0].File);
            return step;
        }
        catch
        {
            step.Dispose();
            throw;
        }
    }

    /// <summary>Reads documents and labels, those of the first layer's file; another layer's that has any must have the same.</summary>
    /// <exception cref="BadInputException">They are not what they should be, or differ between the layers.</exception>
    public ProbeSet ReadProbe()
    {
        var probe = SavedLabels.Read(_layers[0]);
        var hash = TextHash.Of(probe);
        foreach (var other in _layers.Skip(1).Where(SavedLabels.HasAny))
        {
            if (TextHash.Of(SavedLabels.Read(other)) != hash)
            {
                throw new BadInputException(other.File.Path, "", $"its documents or labels are not those of {SavedLayer.FileOf(_layers[0].Layer)}", "Save the same rows in the same order for every layer");
            }
        }

        return probe;
    }

    /// <summary>
    /// Reads all rows once: names them by their content, whatever else the files say, and looks for numbers that are not finite.
    /// </summary>
    /// <param name="cancellationToken">Ends it between two pieces.</param>
    /// <returns>SHA-256 over types, shapes and stored bytes of all rows, 64 lower-case hexadecimal digits.</returns>
    /// <exception cref="BadInputException">A number is not finite, or a file cannot be read.</exception>
    public string Scan(CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var layer in _layers)
        {
            layer.Training.Scan(hash, cancellationToken);
            layer.Probe.Scan(hash, cancellationToken);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <inheritdoc/>
    public void Dispose() => _layers.ForEach(layer => layer.Dispose());

    private void Add(SavedLayer layer)
    {
        _layers.Add(layer);
        var first = _layers[0];
        if (layer.Probe.Rows != first.Probe.Rows || layer.Training.Rows != first.Training.Rows)
        {
            throw new BadInputException(
                layer.File.Path, "", $"it has {layer.Training.Rows} rows to train on and {layer.Probe.Rows} labelled ones, {SavedLayer.FileOf(first.Layer)} has {first.Training.Rows} and {first.Probe.Rows}", "Save the same rows in the same order for every layer");
        }
    }

    private static IReadOnlyList<int> LayersOf(string folder)
    {
        try
        {
            return SavedLayer.LayersIn(folder) is { Count: > 0 } found
                ? found
                : throw new BadInputException(folder, "", $"it has no {SavedLayer.FileOf(0)} nor any other layer's file", "Save the activations of each layer as data/README.md shows");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException(folder, "", $"it cannot be listed: {e.Message.TrimEnd('.')}", "Check that it is there and readable", e);
        }
    }
}
