using System.Text.Json;
using Emergence.Stages.Models.Safetensors;

namespace Emergence.Stages.Tests.Models;

/// <summary>Writes small random GPT-NeoX checkpoints in Hugging Face's layout, from a seed, for tests.</summary>
internal static class TinyCheckpoint
{
    public static readonly ReferenceShape Shape = new(3, 32, 4, 96, 40, 2, 10_000, Parallel: true, Tied: false, Bias: true, 1e-5);

    /// <summary>Names and shapes as <c>GPTNeoXForCausalLM</c> saves them, written out independently of the table under test.</summary>
    public static Dictionary<string, long[]> Tensors(ReferenceShape shape)
    {
        var tensors = new Dictionary<string, long[]>
        {
            ["gpt_neox.embed_in.weight"] = [shape.Vocabulary, shape.Hidden],
            ["gpt_neox.final_layer_norm.weight"] = [shape.Hidden],
            ["gpt_neox.final_layer_norm.bias"] = [shape.Hidden],
        };
        for (var layer = 0; layer < shape.Layers; layer++)
        {
            var prefix = $"gpt_neox.layers.{layer}.";
            foreach (var norm in new[] { "input_layernorm", "post_attention_layernorm" })
            {
                tensors[$"{prefix}{norm}.weight"] = [shape.Hidden];
                tensors[$"{prefix}{norm}.bias"] = [shape.Hidden];
            }

            tensors[$"{prefix}attention.query_key_value.weight"] = [3 * shape.Hidden, shape.Hidden];
            tensors[$"{prefix}attention.dense.weight"] = [shape.Hidden, shape.Hidden];
            if (shape.Bias)
            {
                tensors[$"{prefix}attention.query_key_value.bias"] = [3 * shape.Hidden];
                tensors[$"{prefix}attention.dense.bias"] = [shape.Hidden];
            }

            tensors[$"{prefix}mlp.dense_h_to_4h.weight"] = [shape.Inner, shape.Hidden];
            tensors[$"{prefix}mlp.dense_h_to_4h.bias"] = [shape.Inner];
            tensors[$"{prefix}mlp.dense_4h_to_h.weight"] = [shape.Hidden, shape.Inner];
            tensors[$"{prefix}mlp.dense_4h_to_h.bias"] = [shape.Hidden];
        }

        if (!shape.Tied)
        {
            tensors["embed_out.weight"] = [shape.Vocabulary, shape.Hidden];
        }

        return tensors;
    }

    public static Dictionary<string, object?> Options(ReferenceShape shape) => new()
    {
        ["architectures"] = new[] { "GPTNeoXForCausalLM" },
        ["model_type"] = "gpt_neox",
        ["hidden_size"] = shape.Hidden,
        ["num_hidden_layers"] = shape.Layers,
        ["num_attention_heads"] = shape.Heads,
        ["intermediate_size"] = shape.Inner,
        ["vocab_size"] = shape.Vocabulary,
        ["max_position_embeddings"] = 64,
        ["rotary_pct"] = (double)shape.Rotary / (shape.Hidden / shape.Heads),
        ["rotary_emb_base"] = shape.Base,
        ["use_parallel_residual"] = shape.Parallel,
        ["layer_norm_eps"] = shape.Epsilon,
        ["tie_word_embeddings"] = shape.Tied,
        ["attention_bias"] = shape.Bias,
        ["hidden_act"] = "gelu",
        ["torch_dtype"] = "float16",
        ["bos_token_id"] = 0,
        ["rope_scaling"] = null,
    };

    /// <summary>Weights of deviation 0.3 so that every part of the model moves the result; norms scatter about 1.</summary>
    public static Dictionary<string, float[]> Weights(ReferenceShape shape, int seed)
    {
        var random = new Random(seed);
        return Tensors(shape).ToDictionary(t => t.Key, t =>
        {
            var centre = t.Key.Contains("norm.weight", StringComparison.Ordinal) ? 1.0 : 0.0;
            var values = new float[t.Value.Aggregate(1L, (a, b) => a * b)];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = (float)(centre + ((random.NextDouble() - 0.5) * 0.6));
            }

            return values;
        });
    }

    public static void Write(string folder, IReadOnlyDictionary<string, object?> options, IReadOnlyDictionary<string, float[]> weights, IReadOnlyDictionary<string, long[]> tensors)
    {
        File.WriteAllText(Path.Combine(folder, "config.json"), JsonSerializer.Serialize(options));
        SafetensorsWriter.Write(Path.Combine(folder, "model.safetensors"), [.. weights.Select(w => (w.Key, tensors[w.Key], (ReadOnlyMemory<float>)w.Value))]);
    }

    /// <summary>A whole checkpoint; gives its weights.</summary>
    public static Dictionary<string, float[]> Write(string folder, ReferenceShape shape, int seed = 1)
    {
        var weights = Weights(shape, seed);
        Write(folder, Options(shape), weights, Tensors(shape));
        return weights;
    }
}
