using System.Text.Json;
using Emergence.Stages.Models;
using static TorchSharp.torch;

namespace Emergence.Stages.Tests.Models.Fuzz;

/// <summary>A small valid <c>config.json</c> of every family that can be read. A family without one fails the fuzz test.</summary>
internal static class FamilySamples
{
    public static readonly Dictionary<string, Dictionary<string, object?>> Options = new()
    {
        ["gpt_neox"] = TinyCheckpoint.Options(TinyCheckpoint.Shape),
    };

    /// <summary>The options as JSON text, those the family asks for but the sample leaves out among them as null.</summary>
    public static Dictionary<string, string> Members(string family)
    {
        var members = Options[family].ToDictionary(o => o.Key, o => JsonSerializer.Serialize(o.Value));
        using var reader = ConfigReader.Parse("sample", JsonSerializer.SerializeToUtf8Bytes(Options[family]));
        ModelFamilies.Named(reader).Read(reader);
        foreach (var name in reader.Asked)
        {
            members.TryAdd(name, "null");
        }

        return members;
    }

    /// <summary>Writes a whole checkpoint of a family with weights from a seed.</summary>
    public static ModelConfig Write(string folder, string family)
    {
        var config = ModelConfig.Parse(folder, JsonSerializer.SerializeToUtf8Bytes(Options[family]));
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        using (var model = LanguageModel.FromParameters(config, [.. ParameterInfo.Of(config).Select(i => randn([.. i.Shape], generator: generator).mul(0.2).DetachFromDisposeScope())]))
        {
            CheckpointFolder.Write(folder, model);
        }

        File.WriteAllText(Path.Combine(folder, ModelConfig.FileName), JsonSerializer.Serialize(Options[family]));
        return config;
    }
}
