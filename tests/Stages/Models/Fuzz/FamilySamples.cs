using System.Text.Json;
using Emergence.Stages.Models;

namespace Emergence.Stages.Tests.Models.Fuzz;

/// <summary>The small checkpoints of every family that lie beside the tests, as material to make wrong.</summary>
internal static class FamilySamples
{
    public static IReadOnlyList<string> Variants => FamilyFixture.Variants;

    /// <summary>The options of a variant as JSON text; those the family asks for and the variant leaves out are among them as null.</summary>
    public static Dictionary<string, string> Members(string variant)
    {
        using var fixture = FamilyFixture.Open(variant);
        var bytes = File.ReadAllBytes(Path.Combine(fixture.Folder, ModelConfig.FileName));
        using var json = JsonDocument.Parse(bytes);
        var members = json.RootElement.EnumerateObject().ToDictionary(o => o.Name, o => o.Value.GetRawText());
        using var reader = ConfigReader.Parse("sample", bytes);
        ModelFamilies.Named(reader).Read(reader);
        foreach (var name in reader.Asked)
        {
            members.TryAdd(name, "null");
        }

        return members;
    }

    /// <summary>Copies a variant's configuration and weights.</summary>
    public static void Copy(string folder, string variant)
    {
        using var fixture = FamilyFixture.Open(variant);
        foreach (var file in Directory.GetFiles(fixture.Folder).Where(f => Path.GetFileName(f) is "config.json" || Path.GetFileName(f).StartsWith("model", StringComparison.Ordinal)))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }
    }
}
