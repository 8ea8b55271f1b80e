using Emergence.Stages.Models;
using Emergence.Stages.Models.Safetensors;
using Emergence.Stages.Tokens;
using static TorchSharp.torch;

namespace Emergence.TestKit.Runs;

/// <summary>
/// A GPT-NeoX of two layers whose weights move from step to step: enough for every stage to have something to do, small enough to
/// run in milliseconds.
/// </summary>
public static class TinyModel
{
    /// <summary>Tokens of a row.</summary>
    public const int Context = 16;

    /// <summary>Its shape.</summary>
    /// <param name="vocabularySize">Tokens of the tokenizer.</param>
    /// <param name="hiddenSize">Width of the residual stream.</param>
    public static ModelConfig Config(int vocabularySize, int hiddenSize = 16) => new()
    {
        Family = "gpt_neox",
        Layers = 2,
        HiddenSize = hiddenSize,
        Heads = 2,
        IntermediateSize = 2 * hiddenSize,
        VocabularySize = vocabularySize,
        Context = Context,
        RotaryDimensions = 2,
    };

    /// <summary>Writes a checkpoint folder.</summary>
    /// <param name="folder">The folder of all checkpoints.</param>
    /// <param name="step">The step: the same step has the same weights.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="hiddenSize">Width of the residual stream.</param>
    /// <returns>The checkpoint's folder.</returns>
    public static string WriteCheckpoint(string folder, long step, WordTokenizer tokenizer, int hiddenSize = 16)
    {
        var place = Path.Combine(folder, $"step{step}");
        var draft = Path.Combine(folder, $".tmp-step{step}");
        Directory.CreateDirectory(draft);
        using (var model = LanguageModel.FromParameters(Config(tokenizer.VocabularySize, hiddenSize), Parameters(step, tokenizer.VocabularySize, hiddenSize)))
        {
            CheckpointFolder.Write(draft, model);
        }

        TokenizerFile.Save(Path.Combine(draft, "tokenizer.json"), tokenizer);
        File.WriteAllText(Path.Combine(draft, "trainer_state.json"), $$"""{"step": {{step}}, "tokens_seen": {{step * 128}}}""");
        Directory.Move(draft, place);
        return place;
    }

    /// <summary>Writes a checkpoint of any size, parameter by parameter, so that the writer needs no more memory than the largest.</summary>
    /// <param name="folder">The folder of all checkpoints.</param>
    /// <param name="step">The step: the same step has the same weights.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="hiddenSize">Width of the residual stream.</param>
    /// <param name="layers">Number of blocks.</param>
    /// <param name="vocabularySize">Rows of the embedding; at least those of the tokenizer.</param>
    public static void WriteLargeCheckpoint(string folder, long step, WordTokenizer tokenizer, int hiddenSize, int layers, int vocabularySize)
    {
        var config = Config(Math.Max(vocabularySize, tokenizer.VocabularySize), hiddenSize) with { Layers = layers, IntermediateSize = 4 * hiddenSize };
        var draft = Path.Combine(folder, $".tmp-step{step}");
        Directory.CreateDirectory(draft);
        CheckpointFolder.WriteConfig(draft, config);
        TokenizerFile.Save(Path.Combine(draft, "tokenizer.json"), tokenizer);
        var infos = ParameterInfo.Of(config);
        var noise = new float[infos.Max(i => i.Count)];
        var random = new Random((int)step + 1);
        for (var i = 0; i < noise.Length; i++)
        {
            noise[i] = 0.04f * (random.NextSingle() - 0.5f);
        }

        SafetensorsWriter.Write(Path.Combine(draft, SafetensorsFolder.SingleFile), [.. infos.Select(i => (i.Name, i.Shape.ToArray(), (ReadOnlyMemory<float>)noise.AsMemory(0, (int)i.Count)))]);
        Directory.Move(draft, Path.Combine(folder, $"step{step}"));
    }

    private static Tensor[] Parameters(long step, int vocabularySize, int hiddenSize)
    {
        using var scope = NewDisposeScope();
        using var fixedPart = new Generator(7);
        using var movingPart = new Generator(8);
        var age = Math.Log(step + 1);
        return
        [
            .. ParameterInfo.Of(Config(vocabularySize, hiddenSize)).Select(info =>
            {
                var shape = info.Shape.ToArray();
                var value = randn(shape, generator: fixedPart).add(randn(shape, generator: movingPart).mul(0.2 * age));
                return value.mul(0.3).DetachFromDisposeScope();
            }),
        ];
    }
}
