using System.Text.RegularExpressions;

namespace Emergence.Stages.Models.Families;

/// <summary>What the families built like Llama have in common: names, options, a gated MLP, sequential residuals, rotary positions.</summary>
internal static partial class LlamaLayout
{
    private const string Block = "model.layers.{0}.";

    /// <summary>What all names but the head's begin with.</summary>
    public const string Prefix = "model.";

    /// <summary>Reads what all of them understand.</summary>
    /// <param name="options">The file.</param>
    /// <param name="family">Name of the family.</param>
    /// <param name="absent">What holds for options that are not there.</param>
    public static ModelConfig Read(ConfigReader options, string family, LlamaDefaults absent)
    {
        var hidden = options.Count("hidden_size", ModelLimits.Width);
        var heads = options.Count("num_attention_heads", ModelLimits.Width);
        var size = HeadSize(options, hidden, heads, absent.HeadSize);
        var shared = options.OptionalCount("num_key_value_heads", ModelLimits.Width)
            ?? (options.Has("num_key_value_heads") ? heads : absent.KeyValueHeads ?? heads);
        if (heads % shared != 0)
        {
            throw options.Bad("num_key_value_heads", $"{shared} heads of keys and values do not divide num_attention_heads {heads}");
        }

        var rotary = RotaryOptions.Read(options);
        if (rotary.Share is { } share && share != 1)
        {
            throw options.Bad("partial_rotary_factor", $"{share} is not supported in this family, which turns whole heads");
        }

        return new ModelConfig
        {
            Family = family,
            Layers = options.Count("num_hidden_layers", ModelLimits.Layers),
            HiddenSize = hidden,
            Heads = heads,
            KeyValueHeads = shared,
            HeadSize = size,
            IntermediateSize = options.Count("intermediate_size", ModelLimits.Width),
            VocabularySize = options.Count("vocab_size", ModelLimits.Vocabulary),
            Context = options.OptionalCount("max_position_embeddings", ModelLimits.Context) ?? absent.Context,
            RotaryDimensions = size,
            RotaryBase = rotary.Base ?? 10_000,
            RotaryScaling = rotary.Scaling,
            ParallelResidual = false,
            Norm = NormKind.RmsNorm,
            QueryKeyValue = QueryKeyValueLayout.Separate,
            AttentionBias = false,
            MlpBias = false,
            GatedMlp = true,
            Activation = ActivationNames.Read(options, "hidden_act", ActivationFunction.Silu),
            TiedHead = options.Flag("tie_word_embeddings", absent: false),
        };
    }

    /// <summary>Epsilon of RMSNorm.</summary>
    public static double RmsEpsilon(ConfigReader options, double absent) => options.OptionalNumber("rms_norm_eps", 0, 1) ?? absent;

    /// <summary>Reads which blocks have a sliding window: newer files list the kind of every block.</summary>
    /// <param name="options">The file.</param>
    /// <param name="config">The model so far.</param>
    /// <param name="window">The window; null when no block has one.</param>
    /// <param name="first">First block that has it, by the older options.</param>
    public static ModelConfig WithWindow(ConfigReader options, ModelConfig config, int? window, int first)
    {
        if (options.Words("layer_types") is { } types)
        {
            const string full = "full_attention";
            const string sliding = "sliding_attention";
            if (types.Count != config.Layers || types.FirstOrDefault(t => t is not (full or sliding)) is not null)
            {
                throw options.Bad("layer_types", $"it does not say {full} or {sliding} for each of {config.Layers} blocks");
            }

            first = types.TakeWhile(t => t == full).Count();
            if (types.Skip(first).Any(t => t == full))
            {
                throw options.Bad("layer_types", $"a block with {full} above one with {sliding} is not supported");
            }

            if (first < config.Layers && window is null)
            {
                throw options.Bad("layer_types", $"it names {sliding}, and no window is set");
            }
        }

        return window is null || first >= config.Layers ? config : config with { SlidingWindow = window, FirstSlidingLayer = first };
    }

    /// <summary>The table: names as <c>LlamaForCausalLM</c> saves them.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="norms">What the block's norms are called, attention's first; null when they have no parameters.</param>
    /// <param name="outBias">Whether the output projection has a bias when the other projections of attention have.</param>
    public static IReadOnlyList<ParameterEntry> Table(ModelConfig config, (string Attention, string Mlp)? norms, bool outBias = true)
    {
        static long Queries(ModelConfig c) => (long)c.Heads * c.HeadSize;
        static long Keys(ModelConfig c) => (long)c.KeyValueHeads * c.HeadSize;
        var table = new List<ParameterEntry>
        {
            new(ParameterRole.Embedding, "model.embed_tokens.weight", c => [c.VocabularySize, c.HiddenSize]),
            new(ParameterRole.FinalNormWeight, "model.norm.weight", c => [c.HiddenSize]),
            new(ParameterRole.Head, "lm_head.weight", c => [c.VocabularySize, c.HiddenSize]),
            new(ParameterRole.AttentionNormWeight, $"{Block}{norms?.Attention}.weight", c => [c.HiddenSize]),
            new(ParameterRole.QueryWeight, Block + "self_attn.q_proj.weight", c => [Queries(c), c.HiddenSize]),
            new(ParameterRole.QueryBias, Block + "self_attn.q_proj.bias", c => [Queries(c)]),
            new(ParameterRole.KeyWeight, Block + "self_attn.k_proj.weight", c => [Keys(c), c.HiddenSize]),
            new(ParameterRole.KeyBias, Block + "self_attn.k_proj.bias", c => [Keys(c)]),
            new(ParameterRole.ValueWeight, Block + "self_attn.v_proj.weight", c => [Keys(c), c.HiddenSize]),
            new(ParameterRole.ValueBias, Block + "self_attn.v_proj.bias", c => [Keys(c)]),
            new(ParameterRole.QueryNormWeight, Block + "self_attn.q_norm.weight", c => [c.QueryKeyNorm == QueryKeyNorm.Head ? c.HeadSize : Queries(c)]),
            new(ParameterRole.KeyNormWeight, Block + "self_attn.k_norm.weight", c => [c.QueryKeyNorm == QueryKeyNorm.Head ? c.HeadSize : Keys(c)]),
            new(ParameterRole.AttentionOutWeight, Block + "self_attn.o_proj.weight", c => [c.HiddenSize, Queries(c)]),
            new(ParameterRole.AttentionOutBias, Block + "self_attn.o_proj.bias", c => [c.HiddenSize]),
            new(ParameterRole.MlpNormWeight, $"{Block}{norms?.Mlp}.weight", c => [c.HiddenSize]),
            new(ParameterRole.MlpGateWeight, Block + "mlp.gate_proj.weight", c => [c.IntermediateSize, c.HiddenSize]),
            new(ParameterRole.MlpGateBias, Block + "mlp.gate_proj.bias", c => [c.IntermediateSize]),
            new(ParameterRole.MlpInWeight, Block + "mlp.up_proj.weight", c => [c.IntermediateSize, c.HiddenSize]),
            new(ParameterRole.MlpInBias, Block + "mlp.up_proj.bias", c => [c.IntermediateSize]),
            new(ParameterRole.MlpOutWeight, Block + "mlp.down_proj.weight", c => [c.HiddenSize, c.IntermediateSize]),
            new(ParameterRole.MlpOutBias, Block + "mlp.down_proj.bias", c => [c.HiddenSize]),
        };
        table.RemoveAll(e => e.Role switch
        {
            ParameterRole.Head => config.TiedHead,
            ParameterRole.AttentionNormWeight or ParameterRole.MlpNormWeight or ParameterRole.FinalNormWeight => norms is null,
            ParameterRole.QueryBias or ParameterRole.KeyBias or ParameterRole.ValueBias => !config.AttentionBias,
            ParameterRole.AttentionOutBias => !(config.AttentionBias && outBias),
            ParameterRole.QueryNormWeight or ParameterRole.KeyNormWeight => config.QueryKeyNorm == QueryKeyNorm.None,
            ParameterRole.MlpGateBias or ParameterRole.MlpInBias or ParameterRole.MlpOutBias => !config.MlpBias,
            _ => false,
        });
        return table;
    }

    /// <summary>Whether a tensor holds stored rotary frequencies.</summary>
    public static bool IsBuffer(string name) => Buffer().IsMatch(name);

    /// <summary>Options that all of them write.</summary>
    public static Dictionary<string, object?> Options(ModelConfig config, string architecture)
    {
        var options = new Dictionary<string, object?>
        {
            ["architectures"] = new[] { architecture },
            ["head_dim"] = config.HeadSize,
            ["hidden_act"] = ActivationNames.Of(config.Activation),
            ["hidden_size"] = config.HiddenSize,
            ["intermediate_size"] = config.IntermediateSize,
            ["max_position_embeddings"] = config.Context,
            ["model_type"] = config.Family,
            ["num_attention_heads"] = config.Heads,
            ["num_hidden_layers"] = config.Layers,
            ["num_key_value_heads"] = config.KeyValueHeads,
            ["rope_theta"] = config.RotaryBase,
            ["tie_word_embeddings"] = config.TiedHead,
            ["torch_dtype"] = "float32",
            ["vocab_size"] = config.VocabularySize,
        };
        RotaryOptions.Add(config, options);
        return options;
    }

    private static int HeadSize(ConfigReader options, int hidden, int heads, int? absent)
    {
        var given = options.OptionalCount("head_dim", ModelLimits.Width) ?? (options.Has("head_dim") ? null : absent);
        if (given is null && hidden % heads != 0)
        {
            throw options.Bad("num_attention_heads", $"{heads} heads do not divide hidden_size {hidden}");
        }

        var size = given ?? (hidden / heads);
        if (size % 2 != 0 || (long)size * heads > ModelLimits.Width)
        {
            throw options.Bad(given is null ? "num_attention_heads" : "head_dim", $"{heads} heads of {size} are not supported; their size must be even, and together at most {ModelLimits.Width}");
        }

        return size;
    }

    [GeneratedRegex(@"^(model\.)?(layers\.\d+\.self_attn\.)?rotary_emb\.inv_freq\z")]
    private static partial Regex Buffer();
}
