using System.Text.Json.Nodes;
using Emergence.Stages.Input;
using Emergence.Stages.Models;

namespace Emergence.Stages.Tests.Models.Families;

public sealed class FamilyConfigTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("config-");

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>The least that a file of each family needs, with options added or, by null, written as null.</summary>
    private ModelConfig Load(string family, string more = "{}")
    {
        var options = family == "gpt2"
            ? new JsonObject { ["n_embd"] = 64, ["n_layer"] = 4, ["n_head"] = 32, ["vocab_size"] = 9 }
            : new JsonObject { ["hidden_size"] = 64, ["num_hidden_layers"] = 4, ["num_attention_heads"] = 32, ["intermediate_size"] = 24, ["vocab_size"] = 9 };
        options["model_type"] = family;
        foreach (var (key, value) in JsonNode.Parse(more)!.AsObject())
        {
            options[key] = value?.DeepClone();
        }

        return LoadFile(options.ToJsonString());
    }

    private ModelConfig LoadFile(string json)
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "config.json"), json);
        return ModelConfig.Load(_folder.FullName);
    }

    [Theory]
    [InlineData("gpt_neox", 2048, 1e-5, 32, 2, false, ActivationFunction.Gelu, null)]
    [InlineData("gpt2", 1024, 1e-5, 32, 2, true, ActivationFunction.GeluTanh, null)]
    [InlineData("llama", 2048, 1e-6, 32, 2, false, ActivationFunction.Silu, null)]
    [InlineData("olmo", 2048, 1e-5, 32, 2, false, ActivationFunction.Silu, null)]
    [InlineData("olmo2", 2048, 1e-5, 32, 2, false, ActivationFunction.Silu, null)]
    [InlineData("qwen2", 32768, 1e-6, 32, 2, false, ActivationFunction.Silu, null)]
    [InlineData("qwen3", 32768, 1e-6, 32, 128, false, ActivationFunction.Silu, null)]
    [InlineData("mistral", 131072, 1e-6, 8, 2, false, ActivationFunction.Silu, 4096)]
    public void Options_that_are_absent_have_the_familys_defaults(
        string family, int context, double epsilon, int keyHeads, int headSize, bool tied, ActivationFunction activation, int? window)
    {
        var config = Load(family, family == "gpt_neox" ? """{"rotary_pct": 1}""" : "{}");
        Assert.Equal(
            (context, epsilon, keyHeads, headSize, tied, activation, window, 10_000.0),
            (config.Context, config.NormEpsilon, config.KeyValueHeads, config.HeadSize, config.TiedHead, config.Activation, config.SlidingWindow, config.RotaryBase));
    }

    [Fact]
    public void An_option_that_is_null_is_not_one_that_is_absent()
    {
        Assert.Equal((null, 32), (Load("mistral", """{"sliding_window": null, "num_key_value_heads": null}""").SlidingWindow, Load("mistral", """{"num_key_value_heads": null}""").KeyValueHeads));
        Assert.Equal(2, Load("qwen3", """{"head_dim": null}""").HeadSize);
        Assert.Equal(4 * 64, Load("gpt2", """{"n_inner": null}""").IntermediateSize);
    }

    /// <summary>Configurations as they stand on the model hub, shortened by nothing that has an effect.</summary>
    [Fact]
    public void Published_files_are_understood()
    {
        var gpt2 = LoadFile("""
            {"activation_function":"gelu_new","architectures":["GPT2LMHeadModel"],"attn_pdrop":0.1,"bos_token_id":50256,"embd_pdrop":0.1,"eos_token_id":50256,
            "initializer_range":0.02,"layer_norm_epsilon":1e-05,"model_type":"gpt2","n_ctx":1024,"n_embd":768,"n_head":12,"n_layer":12,"n_positions":1024,"resid_pdrop":0.1,
            "summary_activation":null,"summary_first_dropout":0.1,"summary_proj_to_labels":true,"summary_type":"cls_index","summary_use_proj":true,
            "task_specific_params":{"text-generation":{"do_sample":true,"max_length":50}},"vocab_size":50257}
            """);
        Assert.Equal(124_439_808, ParameterInfo.Of(gpt2).Sum(p => p.Count));
        var smolLm = LoadFile("""
            {"architectures":["LlamaForCausalLM"],"attention_bias":false,"attention_dropout":0.0,"bos_token_id":1,"eos_token_id":2,"hidden_act":"silu","hidden_size":576,
            "initializer_range":0.041666666666666664,"intermediate_size":1536,"is_llama_config":true,"max_position_embeddings":8192,"mlp_bias":false,"model_type":"llama",
            "num_attention_heads":9,"num_hidden_layers":30,"num_key_value_heads":3,"pad_token_id":2,"pretraining_tp":1,"rms_norm_eps":1e-05,"rope_interleaved":false,
            "rope_scaling":null,"rope_theta":100000,"tie_word_embeddings":true,"torch_dtype":"bfloat16","transformers.js_config":{"kv_cache_dtype":{"q4f16":"float16"}},
            "transformers_version":"4.42.3","use_cache":true,"vocab_size":49152}
            """);
        Assert.Equal(134_515_008, ParameterInfo.Of(smolLm).Sum(p => p.Count));
        var llama = LoadFile("""
            {"architectures":["LlamaForCausalLM"],"attention_bias":false,"attention_dropout":0.0,"bos_token_id":128000,"eos_token_id":[128001,128008],"head_dim":64,"hidden_act":"silu",
            "hidden_size":2048,"initializer_range":0.02,"intermediate_size":8192,"max_position_embeddings":131072,"mlp_bias":false,"model_type":"llama","num_attention_heads":32,
            "num_hidden_layers":16,"num_key_value_heads":8,"pretraining_tp":1,"rms_norm_eps":1e-05,"rope_scaling":{"factor":32.0,"high_freq_factor":4.0,"low_freq_factor":1.0,
            "original_max_position_embeddings":8192,"rope_type":"llama3"},"rope_theta":500000.0,"tie_word_embeddings":true,"torch_dtype":"bfloat16","use_cache":true,"vocab_size":128256}
            """);
        Assert.Equal((1_235_814_400L, (RotaryScaling?)new RotaryScaling(32, 1, 4, 8192)), (ParameterInfo.Of(llama).Sum(p => p.Count), llama.RotaryScaling));
        var qwen = LoadFile("""
            {"architectures":["Qwen2ForCausalLM"],"attention_dropout":0.0,"bos_token_id":151643,"eos_token_id":151643,"hidden_act":"silu","hidden_size":896,"initializer_range":0.02,
            "intermediate_size":4864,"max_position_embeddings":32768,"max_window_layers":24,"model_type":"qwen2","num_attention_heads":14,"num_hidden_layers":24,"num_key_value_heads":2,
            "rms_norm_eps":1e-06,"rope_theta":1000000.0,"sliding_window":32768,"tie_word_embeddings":true,"torch_dtype":"bfloat16","use_cache":true,"use_mrope":false,
            "use_sliding_window":false,"vocab_size":151936}
            """);
        Assert.Equal((494_032_768L, (int?)null), (ParameterInfo.Of(qwen).Sum(p => p.Count), qwen.SlidingWindow));
        var qwen3 = LoadFile("""
            {"architectures":["Qwen3ForCausalLM"],"attention_bias":false,"attention_dropout":0.0,"bos_token_id":151643,"eos_token_id":151643,"head_dim":128,"hidden_act":"silu",
            "hidden_size":1024,"initializer_range":0.02,"intermediate_size":3072,"max_position_embeddings":32768,"max_window_layers":28,"model_type":"qwen3","num_attention_heads":16,
            "num_hidden_layers":28,"num_key_value_heads":8,"rms_norm_eps":1e-06,"rope_scaling":null,"rope_theta":1000000,"sliding_window":null,"tie_word_embeddings":true,
            "torch_dtype":"bfloat16","use_cache":true,"use_sliding_window":false,"vocab_size":151936}
            """);
        Assert.Equal(596_049_920, ParameterInfo.Of(qwen3).Sum(p => p.Count));
        var olmo = LoadFile("""
            {"architectures":["OlmoForCausalLM"],"attention_bias":false,"attention_dropout":0.0,"clip_qkv":null,"eos_token_id":50279,"hidden_act":"silu","hidden_size":2048,
            "initializer_range":0.02,"intermediate_size":8192,"max_position_embeddings":2048,"model_type":"olmo","num_attention_heads":16,"num_hidden_layers":16,
            "num_key_value_heads":16,"pad_token_id":1,"pretraining_tp":1,"rope_scaling":null,"rope_theta":10000.0,"tie_word_embeddings":true,"torch_dtype":"float32","use_cache":true,
            "vocab_size":50304}
            """);
        Assert.Equal(1_176_764_416, ParameterInfo.Of(olmo).Sum(p => p.Count));
        var olmo2 = LoadFile("""
            {"architectures":["Olmo2ForCausalLM"],"attention_bias":false,"attention_dropout":0.0,"eos_token_id":100257,"hidden_act":"silu","hidden_size":2048,"initializer_range":0.02,
            "intermediate_size":8192,"max_position_embeddings":4096,"model_type":"olmo2","num_attention_heads":16,"num_hidden_layers":16,"num_key_value_heads":16,"pad_token_id":100277,
            "rms_norm_eps":1e-06,"rope_scaling":null,"rope_theta":500000,"tie_word_embeddings":false,"torch_dtype":"float32","use_cache":false,"vocab_size":100352}
            """);
        Assert.Equal(1_484_916_736, ParameterInfo.Of(olmo2).Sum(p => p.Count));
        var mistral = LoadFile("""
            {"architectures":["MistralForCausalLM"],"bos_token_id":1,"eos_token_id":2,"hidden_act":"silu","hidden_size":4096,"initializer_range":0.02,"intermediate_size":14336,
            "max_position_embeddings":32768,"model_type":"mistral","num_attention_heads":32,"num_hidden_layers":32,"num_key_value_heads":8,"rms_norm_eps":1e-05,"rope_theta":10000.0,
            "sliding_window":4096,"tie_word_embeddings":false,"torch_dtype":"bfloat16","use_cache":true,"vocab_size":32000}
            """);
        Assert.Equal((7_241_732_096, (int?)4096), (ParameterInfo.Of(mistral).Sum(p => p.Count), mistral.SlidingWindow));
    }

    [Theory]
    [InlineData("llama", """{"rope_scaling": {"type": "dynamic", "factor": 2}}""", "rope_scaling.type", "dynamic")]
    [InlineData("llama", """{"rope_scaling": {"rope_type": "yarn", "factor": 2}}""", "rope_scaling.rope_type", "yarn")]
    [InlineData("llama", """{"rope_parameters": {"rope_type": "longrope", "rope_theta": 10000}}""", "rope_parameters.rope_type", "longrope")]
    [InlineData("llama", """{"rope_scaling": {"type": "linear", "rope_type": "llama3", "factor": 2}}""", "rope_scaling.type", "contradicts")]
    [InlineData("llama", """{"rope_scaling": {"type": "linear"}}""", "rope_scaling.factor", "missing")]
    [InlineData("llama", """{"rope_scaling": {"type": "linear", "factor": 0.5}}""", "rope_scaling.factor", "from 1")]
    [InlineData("llama", """{"rope_scaling": {"type": "linear", "factor": 2, "beta_fast": 32}}""", "rope_scaling.beta_fast", "not known")]
    [InlineData("llama", """{"rope_scaling": {"rope_type": "llama3", "factor": 2, "low_freq_factor": 4, "high_freq_factor": 4, "original_max_position_embeddings": 8}}""", "rope_scaling.high_freq_factor", "not above")]
    [InlineData("llama", """{"rope_scaling": {"rope_type": "llama3", "factor": 2, "low_freq_factor": 1, "high_freq_factor": 4}}""", "rope_scaling.original_max_position_embeddings", "missing")]
    [InlineData("llama", """{"rope_scaling": {"rope_type": "llama3", "factor": 2, "low_freq_factor": 1, "high_freq_factor": 4, "original_max_position_embeddings": 8.5}}""", "rope_scaling.original_max_position_embeddings", "whole")]
    [InlineData("llama", """{"rope_scaling": {"rope_type": 3}}""", "rope_scaling.rope_type", "not a text")]
    [InlineData("llama", """{"rope_scaling": "linear"}""", "rope_scaling", "not an object")]
    [InlineData("llama", """{"rope_parameters": {"full_attention": {"rope_theta": 1}}}""", "rope_parameters.full_attention", "not known")]
    [InlineData("llama", """{"rope_parameters": {"rope_theta": 5}, "rope_theta": 6}""", "rope_parameters.rope_theta", "contradicts")]
    [InlineData("llama", """{"rope_parameters": {"rope_type": "default"}, "rope_scaling": {"type": "linear", "factor": 2}}""", "rope_scaling", "contradicts")]
    [InlineData("llama", """{"partial_rotary_factor": 0.5}""", "partial_rotary_factor", "whole heads")]
    [InlineData("llama", """{"rope_interleaved": true}""", "rope_interleaved", "not supported")]
    [InlineData("llama", """{"num_key_value_heads": 3}""", "num_key_value_heads", "divide")]
    [InlineData("llama", """{"head_dim": 3}""", "head_dim", "even")]
    [InlineData("llama", """{"head_dim": 1000000}""", "head_dim", "at most")]
    [InlineData("llama", """{"num_attention_heads": 64}""", "num_attention_heads", "even")]
    [InlineData("llama", """{"num_attention_heads": 7}""", "num_attention_heads", "divide")]
    [InlineData("llama", """{"hidden_act": "relu2"}""", "hidden_act", "relu2")]
    [InlineData("llama", """{"sliding_window": 4}""", "sliding_window", "not known")]
    [InlineData("llama", """{"layer_types": ["full_attention"]}""", "layer_types", "each of 4 blocks")]
    [InlineData("llama", """{"layer_types": ["full_attention", "full_attention", "full_attention", "chunked_attention"]}""", "layer_types", "each of 4 blocks")]
    [InlineData("llama", """{"layer_types": ["full_attention", "full_attention", "full_attention", "sliding_attention"]}""", "layer_types", "no window")]
    [InlineData("llama", """{"layer_types": [1]}""", "layer_types", "list of texts")]
    [InlineData("llama", """{"quantization_config": {"bits": 4}}""", "quantization_config", "quantised")]
    [InlineData("llama", """{"is_encoder_decoder": true}""", "is_encoder_decoder", "not known")]
    [InlineData("llama", """{"pruned_heads": {"0": [1]}}""", "pruned_heads", "not known")]
    [InlineData("llama", """{"clip_qkv": 8}""", "clip_qkv", "not known")]
    [InlineData("llama", """{"residual_multiplier": 0.2}""", "residual_multiplier", "not known")]
    [InlineData("olmo", """{"rms_norm_eps": 1e-6}""", "rms_norm_eps", "not known")]
    [InlineData("olmo", """{"clip_qkv": 0}""", "clip_qkv", "not a number")]
    [InlineData("olmo2", """{"clip_qkv": 8}""", "clip_qkv", "not known")]
    [InlineData("qwen2", """{"attention_bias": false}""", "attention_bias", "not known")]
    [InlineData("qwen2", """{"use_mrope": true}""", "use_mrope", "not supported")]
    [InlineData("qwen2", """{"max_window_layers": 1.5}""", "max_window_layers", "whole")]
    [InlineData("qwen2", """{"use_sliding_window": true, "layer_types": ["sliding_attention", "full_attention", "full_attention", "full_attention"]}""", "layer_types", "above")]
    [InlineData("qwen3", """{"mlp_bias": true}""", "mlp_bias", "not known")]
    [InlineData("mistral", """{"attention_bias": true}""", "attention_bias", "not known")]
    [InlineData("mistral", """{"sliding_window": 0}""", "sliding_window", "whole number")]
    [InlineData("mistral", """{"layer_types": ["full_attention", "full_attention", "full_attention", "full_attention"]}""", "layer_types", "contradicts")]
    [InlineData("gpt2", """{"scale_attn_weights": false}""", "scale_attn_weights", "not supported")]
    [InlineData("gpt2", """{"add_cross_attention": true}""", "add_cross_attention", "not known")]
    [InlineData("gpt2", """{"hidden_size": 32}""", "hidden_size", "contradicts")]
    [InlineData("gpt2", """{"n_head": 7}""", "n_head", "divide")]
    [InlineData("gpt2", """{"n_layer": null}""", "n_layer", "missing")]
    [InlineData("gpt2", """{"activation_function": "tanh"}""", "activation_function", "tanh")]
    [InlineData("gpt2", """{"rope_theta": 10000}""", "rope_theta", "not known")]
    [InlineData("gemma", "{}", "model_type", "supported: gpt_neox, gpt2, llama, olmo, olmo2, qwen2, qwen3, mistral")]
    public void What_is_not_supported_is_refused_by_name(string family, string more, string option, string problem)
    {
        var refused = Assert.Throws<BadInputException>(() => Load(family, more));
        Assert.Equal($"option {option}", refused.Place);
        Assert.Contains(problem, refused.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("llama", """{"is_encoder_decoder": false, "pruned_heads": {}, "add_cross_attention": false, "temperature": 1.0, "top_k": 50, "max_length": 20, "chunk_size_feed_forward": 0}""")]
    [InlineData("llama", """{"layer_types": ["full_attention", "full_attention", "full_attention", "full_attention"], "dtype": "bfloat16", "partial_rotary_factor": 1.0}""")]
    [InlineData("gpt2", """{"hidden_size": 64, "num_hidden_layers": 4, "reorder_and_upcast_attn": true, "scale_attn_weights": true}""")]
    [InlineData("mistral", """{"layer_types": ["sliding_attention", "sliding_attention", "sliding_attention", "sliding_attention"]}""")]
    [InlineData("qwen3", """{"rope_parameters": {"rope_type": "default", "rope_theta": 10000}, "rope_theta": 10000}""")]
    public void What_changes_nothing_changes_nothing(string family, string more) =>
        Assert.Empty(Load(family, more).DifferencesFrom(Load(family)));

    [Fact]
    public void The_window_of_Qwen_is_in_the_blocks_above_the_first_so_many()
    {
        Assert.Equal(((int?)64, 3), Window("""{"use_sliding_window": true, "sliding_window": 64, "max_window_layers": 3}"""));
        Assert.Equal((null, 0), Window("""{"use_sliding_window": true, "sliding_window": 64, "max_window_layers": 4}"""));
        Assert.Equal((null, 0), Window("""{"use_sliding_window": true, "sliding_window": 64}"""));
        Assert.Equal((null, 0), Window("""{"use_sliding_window": true, "sliding_window": null, "max_window_layers": 0}"""));
        Assert.Equal(((int?)64, 2), Window("""{"use_sliding_window": true, "sliding_window": 64, "layer_types": ["full_attention", "full_attention", "sliding_attention", "sliding_attention"]}"""));

        (int?, int) Window(string more) => Load("qwen2", more) is var config ? (config.SlidingWindow, config.FirstSlidingLayer) : default;
    }
}
