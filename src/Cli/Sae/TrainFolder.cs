using System.Text.Json;
using Emergence.Stages.Activations;
using Emergence.Stages.Input;
using Emergence.Stages.Sae;

namespace Emergence.Cli.Sae;

/// <summary>The folder that <c>sae train</c> writes: there whole or not at all.</summary>
internal static class TrainFolder
{
    /// <summary>The SAE in SAELens's layout.</summary>
    public const string SaeLensFolder = "saelens";

    /// <summary>Above <c>layers.N</c>, the SAE in sparsify's layout.</summary>
    public const string SparsifyFolder = "sparsify";

    /// <summary>What a warm start needs.</summary>
    public const string StateFile = "state.bin";

    /// <summary>What the program printed with <c>--json</c>.</summary>
    public const string SummaryFile = "summary.json";

    /// <summary>The best feature of each label.</summary>
    public const string LabelsFile = "labels.json";

    /// <summary>Writes it.</summary>
    /// <param name="folder">Not there, or empty.</param>
    /// <param name="trainer">The SAE.</param>
    /// <param name="provenance">Where the activations came from.</param>
    /// <param name="result">What was measured.</param>
    /// <param name="labels">The best feature of each label; null without labels.</param>
    /// <exception cref="IOException">It cannot be written; nothing is left of the attempt.</exception>
    public static void Write(string folder, SaeTrainer trainer, SaeProvenance provenance, SaeTrainResult result, IReadOnlyList<LabelFeature>? labels)
    {
        var full = Path.GetFullPath(Path.TrimEndingDirectorySeparator(folder));
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        if (Directory.Exists(full))
            Directory.Delete(full, recursive: false);
        AtomicFolder.Write(full, temporary =>
        {
            var lens = Path.Combine(temporary, SaeLensFolder);
            var sparsify = Path.Combine(temporary, SparsifyFolder, $"layers.{provenance.Layer}");
            trainer.ExportSaeLens(lens, provenance);
            trainer.ExportSparsify(sparsify, provenance);
            AtomicFile.Write(Path.Combine(temporary, StateFile), trainer.SaveState);
            AtomicFile.Write(Path.Combine(temporary, SummaryFile), stream => JsonSerializer.Serialize(stream, result, SaeJson.Indented));
            if (labels is not null)
                AtomicFile.Write(Path.Combine(temporary, LabelsFile), stream => JsonSerializer.Serialize(stream, labels, SaeJson.Indented));
            AtomicFolder.Flush(lens);
            AtomicFolder.Flush(sparsify);
            AtomicFolder.Flush(Path.GetDirectoryName(sparsify)!);
        });
    }
}
