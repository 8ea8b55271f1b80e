using Emergence.Stages.Models.Families;

namespace Emergence.Stages.Models;

/// <summary>The families that can be read.</summary>
internal static class ModelFamilies
{
    private static readonly IModelFamily[] All =
    [
        new GptNeoXFamily(), new Gpt2Family(), new LlamaFamily(), new OlmoFamily(), new Olmo2Family(), new Qwen2Family(), new Qwen3Family(), new MistralFamily(),
    ];

    /// <summary>Names of all of them, as <c>model_type</c> spells them.</summary>
    public static IEnumerable<string> Names => All.Select(f => f.ModelType);

    /// <summary>The family a configuration names.</summary>
    public static IModelFamily Named(ConfigReader options)
    {
        var type = options.Word("model_type") ?? throw options.Bad("model_type", "it is missing", "Add the name of the architecture");
        return Array.Find(All, f => f.ModelType == type)
            ?? throw options.Bad("model_type", $"architecture {Safetensors.SafetensorsHeader.Quote(type)} is not supported; supported: {string.Join(", ", All.Select(f => f.ModelType))}");
    }

    /// <summary>The family of a configuration that has been read.</summary>
    public static IModelFamily Of(ModelConfig config) => Array.Find(All, f => f.ModelType == config.Family)
        ?? throw new ArgumentException($"no family is called {config.Family}", nameof(config));
}
