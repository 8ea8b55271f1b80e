using System.Text.RegularExpressions;

namespace Emergence.Stages.Models.Families;

/// <summary>
/// GPT-NeoX and Pythia (Black et al. 2022, arXiv 2204.06745; Biderman et al. 2023, arXiv 2304.01373) as Hugging Face
/// writes them (<c>GPTNeoXForCausalLM</c>).
/// </summary>
internal sealed partial class GptNeoXFamily : IModelFamily
{
    private const string Block = "gpt_neox.layers.{0}.";
    private const double UsualShare = 0.25;

    public string ModelType => "gpt_neox";

    public string Prefix => "gpt_neox.";

    public ModelConfig Read(ConfigReader options)
    {
        var hidden = options.Count("hidden_size", ModelLimits.Width);
        var heads = options.Count("num_attention_heads", ModelLimits.Width);
        if (hidden % heads != 0)
        {
            throw options.Bad("num_attention_heads", $"{heads} heads do not divide hidden_size {hidden}");
        }

        var rotaryOptions = RotaryOptions.Read(options, "rotary_emb_base", "rotary_pct");
        var share = rotaryOptions.Share ?? UsualShare;

        // Pythia's own rule: cut off, not rounded.
        var rotary = (int)(hidden / heads * share);
        if (rotary % 2 != 0)
        {
            throw options.Bad("rotary_pct", $"{share} of heads of {hidden / heads} gives {rotary} rotary dimensions, an odd number");
        }

        return new ModelConfig
        {
            Family = ModelType,
            Layers = options.Count("num_hidden_layers", ModelLimits.Layers),
            HiddenSize = hidden,
            Heads = heads,
            IntermediateSize = options.Count("intermediate_size", ModelLimits.Width),
            VocabularySize = options.Count("vocab_size", ModelLimits.Vocabulary),
            Context = options.OptionalCount("max_position_embeddings", ModelLimits.Context) ?? 2048,
            RotaryDimensions = rotary,
            RotaryBase = rotaryOptions.Base ?? 10_000,
            RotaryScaling = rotaryOptions.Scaling,
            ParallelResidual = options.Flag("use_parallel_residual", absent: true),
            Activation = ActivationNames.Read(options, "hidden_act", ActivationFunction.Gelu),
            NormEpsilon = options.OptionalNumber("layer_norm_eps", 0, 1) ?? 1e-5,
            AttentionBias = options.Flag("attention_bias", absent: true),
            TiedHead = options.Flag("tie_word_embeddings", absent: false),
        };
    }

    public IReadOnlyList<ParameterEntry> Parameters(ModelConfig config)
    {
        var table = new List<ParameterEntry>
        {
            new(ParameterRole.Embedding, "gpt_neox.embed_in.weight", c => [c.VocabularySize, c.HiddenSize]),
            new(ParameterRole.FinalNormWeight, "gpt_neox.final_layer_norm.weight", c => [c.HiddenSize]),
            new(ParameterRole.FinalNormBias, "gpt_neox.final_layer_norm.bias", c => [c.HiddenSize]),
            new(ParameterRole.Head, "embed_out.weight", c => [c.VocabularySize, c.HiddenSize]),
            new(ParameterRole.AttentionNormWeight, Block + "input_layernorm.weight", c => [c.HiddenSize]),
            new(ParameterRole.AttentionNormBias, Block + "input_layernorm.bias", c => [c.HiddenSize]),
            new(ParameterRole.QueryKeyValueWeight, Block + "attention.query_key_value.weight", c => [3L * c.HiddenSize, c.HiddenSize]),
            new(ParameterRole.QueryKeyValueBias, Block + "attention.query_key_value.bias", c => [3L * c.HiddenSize]),
            new(ParameterRole.AttentionOutWeight, Block + "attention.dense.weight", c => [c.HiddenSize, c.HiddenSize]),
            new(ParameterRole.AttentionOutBias, Block + "attention.dense.bias", c => [c.HiddenSize]),
            new(ParameterRole.MlpNormWeight, Block + "post_attention_layernorm.weight", c => [c.HiddenSize]),
            new(ParameterRole.MlpNormBias, Block + "post_attention_layernorm.bias", c => [c.HiddenSize]),
            new(ParameterRole.MlpInWeight, Block + "mlp.dense_h_to_4h.weight", c => [c.IntermediateSize, c.HiddenSize]),
            new(ParameterRole.MlpInBias, Block + "mlp.dense_h_to_4h.bias", c => [c.IntermediateSize]),
            new(ParameterRole.MlpOutWeight, Block + "mlp.dense_4h_to_h.weight", c => [c.HiddenSize, c.IntermediateSize]),
            new(ParameterRole.MlpOutBias, Block + "mlp.dense_4h_to_h.bias", c => [c.HiddenSize]),
        };
        table.RemoveAll(e => (e.Role == ParameterRole.Head && config.TiedHead)
            || (e.Role is ParameterRole.QueryKeyValueBias or ParameterRole.AttentionOutBias && !config.AttentionBias));
        return table;
    }

    public bool IsBuffer(string name) => Buffer().IsMatch(name);

    public IReadOnlyDictionary<string, object?> Options(ModelConfig config)
    {
        var options = new Dictionary<string, object?>
        {
            ["architectures"] = new[] { "GPTNeoXForCausalLM" },
            ["attention_bias"] = config.AttentionBias,
            ["hidden_act"] = ActivationNames.Of(config.Activation),
            ["hidden_size"] = config.HiddenSize,
            ["intermediate_size"] = config.IntermediateSize,
            ["layer_norm_eps"] = config.NormEpsilon,
            ["max_position_embeddings"] = config.Context,
            ["model_type"] = ModelType,
            ["num_attention_heads"] = config.Heads,
            ["num_hidden_layers"] = config.Layers,
            ["rotary_emb_base"] = config.RotaryBase,
            ["rotary_pct"] = (double)config.RotaryDimensions / config.HeadSize,
            ["tie_word_embeddings"] = config.TiedHead,
            ["torch_dtype"] = "float32",
            ["use_parallel_residual"] = config.ParallelResidual,
            ["vocab_size"] = config.VocabularySize,
        };
        RotaryOptions.Add(config, options);
        return options;
    }

    [GeneratedRegex(@"^(gpt_neox\.)?(layers\.\d+\.attention\.(bias|masked_bias|rotary_emb\.inv_freq)|rotary_emb\.inv_freq)\z")]
    private static partial Regex Buffer();
}
