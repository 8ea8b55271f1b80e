using System.Text.Json;
using Emergence.Stages.Activations;
using Emergence.Stages.Input;
using Emergence.Stages.Sae;

namespace Emergence.Cli.Sae;

/// <summary>
/// The folder that <c>sae train</c> writes: there whole or not at all. It is made beside its place before training, so that one that
/// cannot be made costs no training, and renamed at the end.
/// </summary>
internal sealed class TrainFolder : IDisposable
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

    private readonly string _folder;
    private readonly string _parent;
    private readonly string _temporary;
    private readonly List<string> _made = [];

    private TrainFolder(string folder)
    {
        _folder = Path.GetFullPath(Path.TrimEndingDirectorySeparator(folder));
        _parent = Path.GetDirectoryName(_folder)!;
        _temporary = Path.Combine(_parent, $".tmp-{Environment.ProcessId}-{Path.GetFileName(_folder)}");
    }

    /// <summary>Makes what will become the folder, and tries whether it can be written.</summary>
    /// <param name="folder">Not there, or empty.</param>
    /// <returns>Removes what was made when it is disposed before <see cref="Write"/> has ended.</returns>
    /// <exception cref="BadInputException">It cannot be written; nothing is left of the attempt.</exception>
    public static TrainFolder Prepare(string folder)
    {
        var prepared = new TrainFolder(folder);
        try
        {
            prepared.Make();
            return prepared;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            prepared.Dispose();
            throw new BadInputException(folder, "", $"it cannot be written: {e.Message.TrimEnd('.')}", "Give yourself the right to write there, or name another folder with --out", e);
        }
    }

    /// <summary>Writes it, once.</summary>
    /// <param name="trainer">The SAE.</param>
    /// <param name="provenance">Where the activations came from.</param>
    /// <param name="result">What was measured.</param>
    /// <param name="labels">The best feature of each label; null without labels.</param>
    /// <exception cref="IOException">It cannot be written; nothing is left of the attempt once this is disposed.</exception>
    public void Write(SaeTrainer trainer, SaeProvenance provenance, SaeTrainResult result, IReadOnlyList<LabelFeature>? labels)
    {
        var lens = Path.Combine(_temporary, SaeLensFolder);
        var sparsify = Path.Combine(_temporary, SparsifyFolder, $"layers.{provenance.Layer}");
        trainer.ExportSaeLens(lens, provenance);
        trainer.ExportSparsify(sparsify, provenance);
        AtomicFile.Write(Path.Combine(_temporary, StateFile), trainer.SaveState);
        AtomicFile.Write(Path.Combine(_temporary, SummaryFile), stream => JsonSerializer.Serialize(stream, result, SaeJson.Indented));
        if (labels is not null)
            AtomicFile.Write(Path.Combine(_temporary, LabelsFile), stream => JsonSerializer.Serialize(stream, labels, SaeJson.Indented));
        AtomicFolder.Flush(lens);
        AtomicFolder.Flush(sparsify);
        AtomicFolder.Flush(Path.GetDirectoryName(sparsify)!);
        AtomicFolder.Flush(_temporary);
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: false);
        Directory.Move(_temporary, _folder);
        _made.Clear();
        AtomicFolder.Flush(_parent);
    }

    /// <summary>Removes what <see cref="Prepare"/> made, unless it was written.</summary>
    public void Dispose()
    {
        try
        {
            if (Directory.Exists(_temporary))
                Directory.Delete(_temporary, recursive: true);
            // The deepest first; one that someone has put something into stays.
            foreach (var parent in Enumerable.Reverse(_made).Where(f => Directory.Exists(f) && !Directory.EnumerateFileSystemEntries(f).Any()))
                Directory.Delete(parent, recursive: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The failure that led here is the one to tell.
        }
    }

    private void Make()
    {
        var missing = new Stack<string>();
        for (var folder = _parent; !Directory.Exists(folder); folder = Path.GetDirectoryName(folder)!)
            missing.Push(folder);
        foreach (var folder in missing)
        {
            Directory.CreateDirectory(folder);
            _made.Add(folder);
        }

        // What an attempt that was killed under the same process id left behind.
        if (Directory.Exists(_temporary))
            Directory.Delete(_temporary, recursive: true);
        // An empty folder gives way at the end; one that cannot, such as a mount point, is known now.
        if (Directory.Exists(_folder))
        {
            Directory.Move(_folder, _temporary);
            Directory.Move(_temporary, _folder);
        }

        Directory.CreateDirectory(_temporary);
        var probe = Path.Combine(_temporary, SummaryFile);
        File.WriteAllText(probe, " ");
        File.Delete(probe);
    }
}
