namespace Emergence.TestKit.Runs;

/// <summary>Texts, checkpoints and a place for a run, in a temporary folder.</summary>
public sealed class TinyRun : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>Writes texts and checkpoints.</summary>
    /// <param name="steps">Steps of the checkpoints.</param>
    public TinyRun(params long[] steps)
    {
        Texts = TinyTexts.Write(_folder["texts"]);
        Directory.CreateDirectory(Checkpoints);
        foreach (var step in steps)
        {
            Add(step);
        }
    }

    /// <summary>The texts.</summary>
    public TinyTexts Texts { get; }

    /// <summary>Folder of the checkpoints.</summary>
    public string Checkpoints => _folder["checkpoints"];

    /// <summary>A run folder, not made yet.</summary>
    /// <param name="name">Its name.</param>
    public string Run(string name = "run") => _folder[name];

    /// <summary>Adds a checkpoint.</summary>
    /// <param name="step">Its step.</param>
    /// <param name="hiddenSize">Width of its residual stream.</param>
    /// <returns>Its folder.</returns>
    public string Add(long step, int hiddenSize = 16) => TinyModel.WriteCheckpoint(Checkpoints, step, Texts.Tokenizer, hiddenSize);

    /// <summary>Content of every file of a run that must not depend on what interrupted it, by path: all tables but health, whose seconds differ.</summary>
    /// <param name="run">The run folder.</param>
    public static SortedDictionary<string, byte[]> Curves(string run) => new(
        Directory.EnumerateDirectories(run, "step-*")
            .SelectMany(step => Directory.EnumerateFiles(step, "*.arrow"))
            .Where(file => Path.GetFileName(file) != "health.arrow")
            .ToDictionary(file => Path.GetRelativePath(run, file), File.ReadAllBytes),
        StringComparer.Ordinal);

    /// <summary>Names of the files that one of two runs lacks or that differ between them; empty when they are the same.</summary>
    /// <param name="expected">What <see cref="Curves"/> gave for one.</param>
    /// <param name="actual">For the other.</param>
    public static IReadOnlyList<string> Differences(SortedDictionary<string, byte[]> expected, SortedDictionary<string, byte[]> actual) =>
        [.. expected.Keys.Union(actual.Keys).Where(f => !expected.TryGetValue(f, out var a) || !actual.TryGetValue(f, out var b) || !a.AsSpan().SequenceEqual(b)).Order(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();
}
