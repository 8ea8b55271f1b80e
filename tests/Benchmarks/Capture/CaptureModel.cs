using Emergence.Stages.Models;
using static TorchSharp.torch;

namespace Emergence.Benchmarks.Capture;

/// <summary>The model of the benchmark: a GPT-NeoX of width 512 as Pythia's, with seeded weights, as deep as the hook needs.</summary>
internal static class CaptureModel
{
    /// <summary>The tapped layer.</summary>
    public const int Layer = 6;

    /// <summary>Floating-point operations of the matrix products of one token up to the hook: 24·d² a block.</summary>
    public static double Operations => 24.0 * Config.HiddenSize * Config.HiddenSize * (Layer + 1);

    public static ModelConfig Config { get; } = new()
    {
        Family = "gpt_neox",
        Layers = Layer + 1,
        HiddenSize = 512,
        Heads = 8,
        IntermediateSize = 2048,
        VocabularySize = 8192,
        Context = 2048,
        RotaryDimensions = 16,
    };

    /// <summary>Writes it as a checkpoint folder.</summary>
    public static void Write(string folder)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var parameters = ParameterInfo.Of(Config).Select(info =>
        {
            var value = randn([.. info.Shape], generator: generator).mul(0.02);
            return (info.Role is ParameterRole.AttentionNormWeight or ParameterRole.MlpNormWeight ? value.add(1) : value).DetachFromDisposeScope();
        });
        using var model = LanguageModel.FromParameters(Config, [.. parameters]);
        CheckpointFolder.Write(folder, model);
    }

    /// <summary>Tokens of a batch: the same formula stands in capture_reference.py.</summary>
    public static long[] Tokens(int count) => [.. Enumerable.Range(0, count).Select(i => (i * 7919L) % Config.VocabularySize)];
}
