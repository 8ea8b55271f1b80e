using System.Text;
using System.Text.Json;
using Emergence.Stages.Input;
using Emergence.Stages.Models;

namespace Emergence.Stages.Tests.Models;

public sealed class ModelConfigTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("config-");
    private readonly Dictionary<string, object?> _options = TinyCheckpoint.Options(TinyCheckpoint.Shape);

    public void Dispose() => _folder.Delete(recursive: true);

    private ModelConfig Load(string? json = null)
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "config.json"), json ?? JsonSerializer.Serialize(_options));
        return ModelConfig.Load(_folder.FullName);
    }

    [Fact]
    public void Pythias_own_file_is_understood()
    {
        var config = Load("""
            {"architectures":["GPTNeoXForCausalLM"],"bos_token_id":0,"eos_token_id":0,"hidden_act":"gelu","hidden_size":512,"initializer_range":0.02,
            "intermediate_size":2048,"layer_norm_eps":1e-05,"max_position_embeddings":2048,"model_type":"gpt_neox","num_attention_heads":8,
            "num_hidden_layers":6,"rotary_emb_base":10000,"rotary_pct":0.25,"tie_word_embeddings":false,"torch_dtype":"float16",
            "transformers_version":"4.24.0","use_cache":true,"use_parallel_residual":true,"vocab_size":50304}
            """);
        Assert.Equal((6, 512, 8, 2048, 50304, 2048, 16), (config.Layers, config.HiddenSize, config.Heads, config.IntermediateSize, config.VocabularySize, config.Context, config.RotaryDimensions));
        Assert.True(config is { ParallelResidual: true, AttentionBias: true, TiedHead: false, RotaryBase: 10_000, NormEpsilon: 1e-5 });
    }

    [Fact]
    public void Newer_names_of_the_rotary_options_are_understood()
    {
        _options.Remove("rotary_emb_base");
        _options.Remove("rotary_pct");
        _options["rope_parameters"] = new Dictionary<string, object> { ["rope_type"] = "default", ["rope_theta"] = 5000, ["partial_rotary_factor"] = 0.5 };
        var config = Load();
        Assert.Equal(4, config.RotaryDimensions);
        Assert.Equal(5000, config.RotaryBase);
    }

    [Theory]
    [InlineData("model_type", "mamba", "mamba")]
    [InlineData("hidden_act", "tanh", "tanh")]
    [InlineData("rope_theta", 20_000, "contradicts")]
    [InlineData("num_attention_heads", 5, "do not divide")]
    [InlineData("num_attention_heads", 0, "whole number")]
    [InlineData("num_hidden_layers", 1_000_000, "whole number")]
    [InlineData("vocab_size", "many", "whole number")]
    [InlineData("hidden_size", null, "missing")]
    [InlineData("layer_norm_eps", -1, "not a number")]
    [InlineData("rotary_pct", 0.4, "odd")]
    [InlineData("rotary_pct", 1.5, "not a number")]
    [InlineData("tie_word_embeddings", 1, "neither true nor false")]
    [InlineData("sliding_window", 4096, "not known")]
    public void An_option_that_is_wrong_or_unknown_is_refused_by_name(string option, object? value, string problem)
    {
        _options[option] = value;
        var refused = Assert.Throws<BadInputException>(() => Load());
        Assert.Equal($"option {option}", refused.Place);
        Assert.Contains(problem, refused.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Scaled_rotary_positions_are_understood_or_refused_by_name()
    {
        _options["rope_scaling"] = new Dictionary<string, object> { ["type"] = "linear", ["factor"] = 2 };
        Assert.Equal(new RotaryScaling(2), Load().RotaryScaling);
        _options.Remove("rope_scaling");
        _options["rope_parameters"] = new Dictionary<string, object> { ["rope_type"] = "linear" };
        Assert.Equal("option rope_parameters.factor", Assert.Throws<BadInputException>(() => Load()).Place);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("{\"model_type\":\"gpt_neox\",\"model_type\":\"gpt_neox\"}")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("{\"model_type\":\"\\ud800\"}")]
    public void A_broken_file_is_bad_input(string json) => Assert.Throws<BadInputException>(() => Load(json));

    [Fact]
    public void A_missing_file_is_bad_input() => Assert.Throws<BadInputException>(() => ModelConfig.Load(_folder.FullName));

    [Fact]
    public void Three_thousand_damaged_configurations_are_understood_or_bad_input()
    {
        var source = JsonSerializer.SerializeToUtf8Bytes(_options);
        string[] pieces = ["\"", "{", "}", "[", "]", ",", ":", "null", "1e99", "-1", "true", "\"\\ud800\"", "\"rope_parameters\":{\"rope_type\":1}", "99999999999"];
        var random = new Random(11);
        var path = Path.Combine(_folder.FullName, "config.json");
        int understood = 0, refused = 0;
        for (var i = 0; i < 3_000; i++)
        {
            var bytes = source.ToList();
            for (var change = random.Next(1, 3); change > 0; change--)
            {
                var at = random.Next(bytes.Count);
                switch (random.Next(3))
                {
                    case 0:
                        bytes[at] = (byte)random.Next(256);
                        break;
                    case 1:
                        bytes.RemoveRange(at, Math.Min(random.Next(1, 6), bytes.Count - at));
                        break;
                    default:
                        bytes.InsertRange(at, Encoding.UTF8.GetBytes(pieces[random.Next(pieces.Length)]));
                        break;
                }
            }

            File.WriteAllBytes(path, [.. bytes]);
            try
            {
                Assert.True(ModelConfig.Load(_folder.FullName).Layers > 0);
                understood++;
            }
            catch (BadInputException e)
            {
                Assert.Equal(path, e.File);
                refused++;
            }
        }

        Assert.True(understood > 20 && refused > 1_500, $"{understood} understood, {refused} refused");
    }

    [Fact]
    public void Fingerprint_and_differences_see_every_property()
    {
        var config = Load();
        ModelConfig[] others =
        [
            config with { Family = "other" }, config with { Layers = 9 }, config with { HiddenSize = 64 }, config with { Heads = 2 },
            config with { IntermediateSize = 9 }, config with { VocabularySize = 9 }, config with { Context = 9 }, config with { RotaryDimensions = 4 },
            config with { RotaryBase = 9 }, config with { ParallelResidual = false }, config with { NormEpsilon = 9 },
            config with { AttentionBias = false }, config with { TiedHead = true }, config with { KeyValueHeads = 2 }, config with { HeadSize = 16 },
            config with { LearnedPositions = true }, config with { RotaryScaling = new RotaryScaling(2) }, config with { SlidingWindow = 3 }, config with { FirstSlidingLayer = 1 },
            config with { Norm = NormKind.RmsNorm }, config with { NormPlacement = NormPlacement.After }, config with { QueryKeyNorm = QueryKeyNorm.Head },
            config with { QueryKeyValueClip = 8 }, config with { QueryKeyValue = QueryKeyValueLayout.Separate }, config with { InputMajorWeights = true },
            config with { ScaleByLayer = true }, config with { MlpBias = false }, config with { GatedMlp = true }, config with { Activation = ActivationFunction.Relu },
        ];

        // One for every property that can be set: a new one that is forgotten in Facts fails here.
        Assert.Equal(typeof(ModelConfig).GetProperties().Count(p => p.CanWrite), others.Length);
        Assert.All(others, o => Assert.Contains(o.DifferencesFrom(config).Count, o.Heads == config.Heads && o.HiddenSize == config.HiddenSize ? [1] : (int[])[2, 3]));
        Assert.All(others, o => Assert.NotEqual(config.Fingerprint, o.Fingerprint));
        Assert.Empty((config with { }).DifferencesFrom(config));
    }
}
