using System.Text.RegularExpressions;

namespace Emergence.Stages.Models.Families;

/// <summary>
/// GPT-2 (Radford et al. 2019) as Hugging Face writes it (<c>GPT2LMHeadModel</c>, or <c>GPT2Model</c> without the prefix): learned
/// positions, layer norms before attention and MLP, matrices stored <c>[in, out]</c>.
/// </summary>
internal sealed partial class Gpt2Family : IModelFamily
{
    private const string Block = "transformer.h.{0}.";

    public string ModelType => "gpt2";

    public string Prefix => "transformer.";

    public ModelConfig Read(ConfigReader options)
    {
        var hidden = Count(options, "n_embd", "hidden_size", ModelLimits.Width);
        var heads = Count(options, "n_head", "num_attention_heads", ModelLimits.Width);
        if (hidden % heads != 0)
        {
            throw options.Bad("n_head", $"{heads} heads do not divide n_embd {hidden}");
        }

        options.Only("scale_attn_weights", true);
        options.Ignore("n_ctx", "summary_type", "summary_use_proj", "summary_activation", "summary_proj_to_labels", "summary_first_dropout");
        return new ModelConfig
        {
            Family = ModelType,
            Layers = Count(options, "n_layer", "num_hidden_layers", ModelLimits.Layers),
            HiddenSize = hidden,
            Heads = heads,
            IntermediateSize = options.OptionalCount("n_inner", ModelLimits.Width) ?? (4 * hidden),
            VocabularySize = options.Count("vocab_size", ModelLimits.Vocabulary),
            Context = options.OptionalCount("n_positions", ModelLimits.Context) ?? options.OptionalCount("max_position_embeddings", ModelLimits.Context) ?? 1024,
            LearnedPositions = true,
            RotaryDimensions = 0,
            ParallelResidual = false,
            NormEpsilon = options.OptionalNumber("layer_norm_epsilon", 0, 1) ?? 1e-5,
            QueryKeyValue = QueryKeyValueLayout.Joined,
            InputMajorWeights = true,
            ScaleByLayer = options.Flag("scale_attn_by_inverse_layer_idx", absent: false),
            Activation = ActivationNames.Read(options, "activation_function", ActivationFunction.GeluTanh),
            TiedHead = options.Flag("tie_word_embeddings", absent: true),
        };
    }

    public IReadOnlyList<ParameterEntry> Parameters(ModelConfig config)
    {
        var table = new List<ParameterEntry>
        {
            new(ParameterRole.Embedding, "transformer.wte.weight", c => [c.VocabularySize, c.HiddenSize]),
            new(ParameterRole.PositionEmbedding, "transformer.wpe.weight", c => [c.Context, c.HiddenSize]),
            new(ParameterRole.FinalNormWeight, "transformer.ln_f.weight", c => [c.HiddenSize]),
            new(ParameterRole.FinalNormBias, "transformer.ln_f.bias", c => [c.HiddenSize]),
            new(ParameterRole.Head, "lm_head.weight", c => [c.VocabularySize, c.HiddenSize]),
            new(ParameterRole.AttentionNormWeight, Block + "ln_1.weight", c => [c.HiddenSize]),
            new(ParameterRole.AttentionNormBias, Block + "ln_1.bias", c => [c.HiddenSize]),
            new(ParameterRole.QueryKeyValueWeight, Block + "attn.c_attn.weight", c => [c.HiddenSize, 3L * c.HiddenSize]),
            new(ParameterRole.QueryKeyValueBias, Block + "attn.c_attn.bias", c => [3L * c.HiddenSize]),
            new(ParameterRole.AttentionOutWeight, Block + "attn.c_proj.weight", c => [c.HiddenSize, c.HiddenSize]),
            new(ParameterRole.AttentionOutBias, Block + "attn.c_proj.bias", c => [c.HiddenSize]),
            new(ParameterRole.MlpNormWeight, Block + "ln_2.weight", c => [c.HiddenSize]),
            new(ParameterRole.MlpNormBias, Block + "ln_2.bias", c => [c.HiddenSize]),
            new(ParameterRole.MlpInWeight, Block + "mlp.c_fc.weight", c => [c.HiddenSize, c.IntermediateSize]),
            new(ParameterRole.MlpInBias, Block + "mlp.c_fc.bias", c => [c.IntermediateSize]),
            new(ParameterRole.MlpOutWeight, Block + "mlp.c_proj.weight", c => [c.IntermediateSize, c.HiddenSize]),
            new(ParameterRole.MlpOutBias, Block + "mlp.c_proj.bias", c => [c.HiddenSize]),
        };
        table.RemoveAll(e => e.Role == ParameterRole.Head && config.TiedHead);
        return table;
    }

    public bool IsBuffer(string name) => Buffer().IsMatch(name);

    public IReadOnlyDictionary<string, object?> Options(ModelConfig config) => new Dictionary<string, object?>
    {
        ["activation_function"] = ActivationNames.Of(config.Activation),
        ["architectures"] = new[] { "GPT2LMHeadModel" },
        ["layer_norm_epsilon"] = config.NormEpsilon,
        ["model_type"] = ModelType,
        ["n_embd"] = config.HiddenSize,
        ["n_head"] = config.Heads,
        ["n_inner"] = config.IntermediateSize,
        ["n_layer"] = config.Layers,
        ["n_positions"] = config.Context,
        ["scale_attn_by_inverse_layer_idx"] = config.ScaleByLayer,
        ["tie_word_embeddings"] = config.TiedHead,
        ["torch_dtype"] = "float32",
        ["vocab_size"] = config.VocabularySize,
    };

    /// <summary>A size by GPT-2's own name, or by the name other families have for it, which Hugging Face takes as well.</summary>
    private static int Count(ConfigReader options, string name, string other, int limit)
    {
        var second = options.OptionalCount(other, limit);
        var first = options.OptionalCount(name, limit);
        return first is null || second is null || first == second
            ? first ?? second ?? options.Count(name, limit)
            : throw options.Bad(other, $"{second} contradicts {name} {first}");
    }

    [GeneratedRegex(@"^(transformer\.)?h\.\d+\.attn\.(bias|masked_bias)\z")]
    private static partial Regex Buffer();
}
