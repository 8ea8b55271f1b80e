namespace Emergence.Stages.Models.Families;

/// <summary>
/// OLMo 2 (arXiv 2501.00656, section 3.2) as <c>Olmo2ForCausalLM</c> saves it: norms after attention and MLP, and queries and
/// keys normalised over all heads together.
/// </summary>
internal sealed class Olmo2Family : IModelFamily
{
    public string ModelType => "olmo2";

    public string Prefix => LlamaLayout.Prefix;

    public ModelConfig Read(ConfigReader options)
    {
        var config = LlamaLayout.Read(options, ModelType, new LlamaDefaults(Context: 2048)) with
        {
            NormPlacement = NormPlacement.After,
            NormEpsilon = LlamaLayout.RmsEpsilon(options, absent: 1e-5),
            QueryKeyNorm = QueryKeyNorm.Projection,
            AttentionBias = options.Flag("attention_bias", absent: false),
        };
        return LlamaLayout.WithWindow(options, config, null, 0);
    }

    public IReadOnlyList<ParameterEntry> Parameters(ModelConfig config) => LlamaLayout.Table(config, ("post_attention_layernorm", "post_feedforward_layernorm"));

    public bool IsBuffer(string name) => LlamaLayout.IsBuffer(name);

    public IReadOnlyDictionary<string, object?> Options(ModelConfig config) => new Dictionary<string, object?>(LlamaLayout.Options(config, "Olmo2ForCausalLM"))
    {
        ["attention_bias"] = config.AttentionBias,
        ["rms_norm_eps"] = config.NormEpsilon,
    };
}
