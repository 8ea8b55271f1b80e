using Emergence.TestKit.Activations;

namespace Emergence.TestKit.Runs;

/// <summary>
/// A small activation stream: two layers, rows that carry a direction for the genre of their document and one for their own tag, both
/// growing with the step. Everything follows from step, layer and seed.
/// </summary>
public sealed class TinyStream : IDisposable
{
    /// <summary>Width of the rows.</summary>
    public const int Width = 16;

    /// <summary>Documents of the labelled rows.</summary>
    public const int Documents = 16;

    /// <summary>Rows of a document.</summary>
    public const int DocumentRows = 40;

    /// <summary>Labelled rows.</summary>
    public const int ProbeRows = Documents * DocumentRows;

    /// <summary>Rows to train on.</summary>
    public const int TrainingRows = 700;

    private readonly TemporaryFolder _folder = new();

    /// <summary>Writes steps.</summary>
    /// <param name="steps">Which.</param>
    public TinyStream(params long[] steps)
    {
        Directory.CreateDirectory(Folder);
        foreach (var step in steps)
        {
            Add(step);
        }
    }

    /// <summary>The folder of the steps.</summary>
    public string Folder => _folder["stream"];

    /// <summary>A run folder, not made yet.</summary>
    /// <param name="name">Its name.</param>
    public string Run(string name = "run") => _folder[name];

    /// <summary>Writes a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="change">Changes what is written of a layer.</param>
    /// <returns>Its folder.</returns>
    public string Add(long step, Action<int, SafetensorsBytes>? change = null)
    {
        var draft = Path.Combine(Folder, $".tmp-step{step}");
        var place = Path.Combine(Folder, $"step{step}");
        Directory.CreateDirectory(draft);
        for (var layer = 0; layer < 2; layer++)
        {
            var file = Layer(step, layer);
            change?.Invoke(layer, file);
            file.Write(Path.Combine(draft, $"layers.{layer}.safetensors"));
        }

        Directory.Move(draft, place);
        return place;
    }

    /// <summary>A layer's file.</summary>
    /// <param name="step">The step.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="document">Document of each labelled row; null for the usual ones, empty for no such column.</param>
    public static SafetensorsBytes Layer(long step, int layer, long[]? document = null)
    {
        var file = new SafetensorsBytes()
            .Note("label.genre", """["prose","verse"]""")
            .Note("label.pos", """["noun","verb","other"]""")
            .Rows("training", Rows(step, layer, TrainingRows, 1), Width)
            .Rows("activations", Rows(step, layer, ProbeRows, 2), Width)
            .Column("label.genre", [.. Enumerable.Range(0, ProbeRows).Select(r => (long)Genre(r))])
            .Column("label.pos", [.. Enumerable.Range(0, ProbeRows).Select(r => (long)Tag(r))]);
        document ??= [.. Enumerable.Range(0, ProbeRows).Select(r => 100L + (r / DocumentRows))];
        return document.Length == 0 ? file : file.Column("document", document);
    }

    /// <summary>Rows of a layer.</summary>
    /// <param name="step">The step.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="count">How many.</param>
    /// <param name="seed">Which draw of the noise.</param>
    public static float[] Rows(long step, int layer, int count, int seed)
    {
        var noise = new Random((layer * 10) + seed);
        var drift = new Random((layer * 10) + seed + 5);
        var age = Math.Log(step + 1);
        var rows = new float[count * Width];
        for (var r = 0; r < count; r++)
        {
            for (var i = 0; i < Width; i++)
            {
                var value = (0.5 * noise.NextDouble()) + (0.05 * age * drift.NextDouble());
                value += i == Genre(r) ? 0.1 * age : 0;
                value += i == 4 + Tag(r) ? 0.8 * age : 0;
                rows[(r * Width) + i] = (float)value;
            }
        }

        return rows;
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    private static int Genre(int row) => row / DocumentRows % 2;

    private static int Tag(int row) => row % 7 % 3;
}
