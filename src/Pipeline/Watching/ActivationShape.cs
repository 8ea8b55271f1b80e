using System.Text.Json;
using Emergence.Stages.Activations.Streams;
using Emergence.Stages.Input;
using Emergence.Stages.Tokens;

namespace Emergence.Pipeline.Watching;

/// <summary>
/// What a run over saved activations is about: widths of the layers and the labelled rows, which every step must share. The run
/// folder keeps it, so a run can be opened again when its first step has been deleted.
/// </summary>
/// <param name="Name">What it is called in tables.</param>
/// <param name="Parameters">Number of parameters of the model; 0 when the first step did not say.</param>
/// <param name="Widths">Width by layer.</param>
/// <param name="Probe">The labelled rows; its tokens are zeros.</param>
/// <param name="ProbeHash">Names their documents and labels.</param>
internal sealed record ActivationShape(string Name, long Parameters, IReadOnlyDictionary<int, int> Widths, ProbeSet Probe, string ProbeHash)
{
    private const int LargestFile = 1 << 30;
    private const string Remedy = "Restore it from a copy, or give another run folder";
    private static readonly string s_file = Path.Combine("model", "activations.json");

    /// <summary>Width of a layer.</summary>
    /// <param name="layer">A layer of the run.</param>
    public int WidthOf(int layer) => Widths[layer];

    /// <summary>Reads a step's.</summary>
    /// <param name="folder">The step.</param>
    /// <param name="layers">Watched layers; null for all.</param>
    /// <exception cref="BadInputException">It is not what it claims to be.</exception>
    public static ActivationShape Read(string folder, IReadOnlyList<int>? layers)
    {
        using var saved = SavedStep.Open(folder, layers);
        var probe = saved.ReadProbe();
        return new ActivationShape(
            saved.Notes.Model ?? $"activations-{saved.Layers.Count}x{saved.Layers.Max(l => l.Dimension)}",
            saved.Notes.Parameters ?? 0,
            saved.Layers.ToDictionary(l => l.Layer, l => l.Dimension),
            probe,
            TextHash.Of(probe));
    }

    /// <summary>Reads what a run kept.</summary>
    /// <param name="run">The run folder.</param>
    /// <returns>It; null when the run has not begun.</returns>
    /// <exception cref="BadInputException">It is damaged.</exception>
    public static ActivationShape? ReadKept(string run)
    {
        var path = Path.Combine(run, s_file);
        if (!File.Exists(path))
        {
            return null;
        }

        using var document = StrictJson.Read(path, LargestFile, Remedy);
        try
        {
            var kept = document.Deserialize<Kept>(s_options)!;
            var first = 0;
            var probe = new ProbeSet(
                [.. kept.Facets.Select(f => new Facet(f.Name, f.Kind, f.Categories))],
                [.. kept.Documents.Select(d =>
                {
                    var (from, to) = (first, first += d.Rows);
                    return new LabelledDocument(d.Id, new int[d.Rows], [.. kept.Facets.Select(f => f.Labels[from..to])]);
                })]);
            return new ActivationShape(kept.Name, kept.Parameters, kept.Layers.ToDictionary(l => l.Layer, l => l.Width), probe, TextHash.Of(probe));
        }
        catch (Exception e) when (e is JsonException or ArgumentException or OverflowException)
        {
            throw new BadInputException(path, "", $"it does not describe a run's rows: {e.Message}", Remedy, e);
        }
    }

    /// <summary>Keeps it in the run folder.</summary>
    /// <param name="run">The run folder.</param>
    public void Keep(string run)
    {
        var path = Path.Combine(run, s_file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var kept = new Kept(
            Name,
            Parameters,
            [.. Widths.OrderBy(w => w.Key).Select(w => new KeptLayer(w.Key, w.Value))],
            [.. Probe.Documents.Select(d => new KeptDocument(d.Id, d.Tokens.Length))],
            [.. Probe.Facets.Select((f, i) => new KeptFacet(f.Name, f.Kind, [.. f.Categories], [.. Probe.Documents.SelectMany(d => d.Labels[i])]))]);
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, kept, s_options));
    }

    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    private sealed record Kept(string Name, long Parameters, KeptLayer[] Layers, KeptDocument[] Documents, KeptFacet[] Facets);

    private sealed record KeptLayer(int Layer, int Width);

    private sealed record KeptDocument(string Id, int Rows);

    private sealed record KeptFacet(string Name, FacetKind Kind, string[] Categories, short[] Labels);
}
