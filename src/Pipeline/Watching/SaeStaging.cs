using Emergence.Stages.Models.Distance;
using Emergence.Stages.Sae;

namespace Emergence.Pipeline.Watching;

/// <summary>
/// SAEs and their state on the way to the commit. They are written when a checkpoint has been read, in a temporary folder of the
/// run, because the next checkpoint changes them before the commit is due; the commit moves the files to their place.
/// A start of the run removes what an interrupted one left.
/// </summary>
/// <param name="run">The run folder.</param>
/// <param name="runName">The run's name, written into each SAE's provenance.</param>
/// <param name="modelName">The model's name, likewise.</param>
/// <param name="context">Tokens per row, likewise; 0 where there are none.</param>
/// <param name="hookOf">A layer's hook point, likewise.</param>
internal sealed class SaeStaging(string run, string runName, string modelName, int context, Func<int, string> hookOf)
{
    private const string StateFolder = "state";

    // Both formats call their description cfg.json, so each has a folder of its own.
    private const string SaeLensFolder = "sae";
    private const string SparsifyFolder = "sae/sparsify";

    /// <summary>Name of a layer's state file in <c>state/</c>.</summary>
    public static string StateFile(int layer) => $"layers.{layer}.sae";

    /// <summary>Name of a layer's history file in <c>state/</c>.</summary>
    public static string HistoryFile(int layer) => $"layers.{layer}.history";

    /// <summary>Name of the file in <c>state/</c> that holds the sketch of the model's weights.</summary>
    public const string SketchFile = "weights.sketch";

    /// <summary>Writes what the SAEs are now.</summary>
    /// <param name="step">The step.</param>
    /// <param name="layers">The SAEs.</param>
    /// <param name="withState">Whether a later start may go on from here.</param>
    public void Write(long step, IReadOnlyList<LayerSae> layers, bool withState)
    {
        var state = Path.Combine(Folder(step), StateFolder);
        Directory.CreateDirectory(state);
        foreach (var layer in layers)
        {
            if (withState)
            {
                using var stream = File.Create(Path.Combine(state, StateFile(layer.Layer)));
                layer.Trainer.SaveState(stream);
            }

            var provenance = new SaeProvenance(modelName, layer.Layer, step, context, new Dictionary<string, string> { ["emergence_run"] = runName })
            {
                HookName = hookOf(layer.Layer),
            };
            layer.Trainer.ExportSaeLens(Part(step, SaeLensFolder, layer.Layer), provenance);
            layer.Trainer.ExportSparsify(Part(step, SparsifyFolder, layer.Layer), provenance);
        }
    }

    /// <summary>
    /// Keeps what the SAEs are before a checkpoint that may have to leave no trace in them. On the disk: a wide SAE is not to be in memory twice.
    /// </summary>
    /// <param name="layers">The SAEs.</param>
    public void Keep(IReadOnlyList<LayerSae> layers)
    {
        Directory.CreateDirectory(Before);
        foreach (var layer in layers)
        {
            using var stream = File.Create(Path.Combine(Before, StateFile(layer.Layer)));
            layer.Trainer.SaveState(stream);
        }
    }

    /// <summary>Makes the SAEs what they were.</summary>
    /// <param name="layers">Those that were kept.</param>
    public void TakeBack(IReadOnlyList<LayerSae> layers)
    {
        foreach (var layer in layers)
        {
            var path = Path.Combine(Before, StateFile(layer.Layer));
            using var stream = File.OpenRead(path);
            layer.Restore(stream, path);
        }
    }

    /// <summary>Removes what was kept.</summary>
    public void Forget() => Directory.Delete(Before, recursive: true);

    /// <summary>The parts of a step's commit and what fills each.</summary>
    /// <param name="step">The step.</param>
    /// <param name="layers">Watched layers.</param>
    /// <param name="histories">What each layer's history holds; none for a step from which no start may go on.</param>
    /// <param name="weights">Sketch of the model's weights; null where there is no model.</param>
    public IReadOnlyDictionary<string, Action<string>> Parts(long step, IReadOnlyList<int> layers, IReadOnlyList<byte[]> histories, WeightSketch? weights)
    {
        var parts = new Dictionary<string, Action<string>>();
        if (histories.Count > 0)
        {
            parts[StateFolder] = folder =>
            {
                MoveFiles(Path.Combine(Folder(step), StateFolder), folder);
                if (weights is not null)
                {
                    using var stream = File.Create(Path.Combine(folder, SketchFile));
                    weights.Save(stream);
                }

                for (var i = 0; i < layers.Count; i++)
                {
                    File.WriteAllBytes(Path.Combine(folder, HistoryFile(layers[i])), histories[i]);
                }
            };
        }

        foreach (var layer in layers)
        {
            foreach (var format in new[] { SaeLensFolder, SparsifyFolder })
            {
                parts[$"{format}/layers.{layer}"] = folder => MoveFiles(Part(step, format, layer), folder);
            }
        }

        return parts;
    }

    /// <summary>Removes the temporary folder of a committed step.</summary>
    public void Clear(long step) => Directory.Delete(Folder(step), recursive: true);

    private string Before => Path.Combine(run, ".tmp-sae-before");

    private string Folder(long step) => Path.Combine(run, $".tmp-sae-{step}");

    private string Part(long step, string format, int layer) => Path.Combine(Folder(step), format, $"layers.{layer}");

    private static void MoveFiles(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from))
        {
            File.Move(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }
}
