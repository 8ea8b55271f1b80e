using System.Globalization;
using System.Text.Json;
using Emergence.Stages.Models.Safetensors;
using Emergence.Stages.Tokens;

namespace Emergence.Stages.Tests.Models;

/// <summary>A small checkpoint that <c>Reference/generate.py</c> wrote, with the activations its plain PyTorch found.</summary>
internal sealed class FamilyFixture : IDisposable
{
    private readonly SafetensorsFile _expected;

    private FamilyFixture(string folder)
    {
        Folder = folder;
        Rows = JsonSerializer.Deserialize<long[][]>(File.ReadAllBytes(Path.Combine(folder, "tokens.json")))!;
        _expected = SafetensorsFile.Open(Path.Combine(folder, "expected.safetensors"));
    }

    /// <summary>Where the scripts and fixtures lie beside the tests.</summary>
    public static string Reference { get; } = Path.Combine(AppContext.BaseDirectory, "Models", "Reference");

    /// <summary>Names of all variants.</summary>
    public static IReadOnlyList<string> Variants { get; } = [.. Directory.GetDirectories(Path.Combine(Reference, "Fixtures")).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    /// <summary>The checkpoint's folder.</summary>
    public string Folder { get; }

    /// <summary>Tokens, row by row.</summary>
    public long[][] Rows { get; }

    /// <summary>Mean nats per predicted token.</summary>
    public double Loss => double.Parse(_expected.Metadata["loss"], CultureInfo.InvariantCulture);

    /// <summary>Names of the expected tensors: every hook point of every layer, and the logits.</summary>
    public IEnumerable<string> Names => _expected.Tensors.Select(t => t.Name);

    public static FamilyFixture Open(string variant) => new(Path.Combine(Reference, "Fixtures", variant));

    /// <summary>Both rows in one batch, the shorter one padded.</summary>
    public TokenBatch Batch()
    {
        var length = Rows.Max(r => r.Length);
        return new TokenBatch([.. Rows.SelectMany(r => r.Concat(new long[length - r.Length]))], length, [.. Rows.Select((r, i) => new RowSource(i, 0, r.Length))]);
    }

    /// <summary>The expected values of all tokens, row after row.</summary>
    public float[] Expected(string name) => _expected.ReadFloats(name);

    public void Dispose() => _expected.Dispose();
}
