namespace Emergence.Stages.Models.Families;

/// <summary>Llama 1 to 3 (arXiv 2302.13971, 2307.09288, 2407.21783), SmolLM and others saved as <c>LlamaForCausalLM</c>.</summary>
internal sealed class LlamaFamily : IModelFamily
{
    public string ModelType => "llama";

    public string Prefix => LlamaLayout.Prefix;

    public ModelConfig Read(ConfigReader options)
    {
        options.Only("rope_interleaved", false);
        options.Ignore("max_sequence_length");
        var config = LlamaLayout.Read(options, ModelType, new LlamaDefaults(Context: 2048)) with
        {
            NormEpsilon = LlamaLayout.RmsEpsilon(options, absent: 1e-6),
            AttentionBias = options.Flag("attention_bias", absent: false),
            MlpBias = options.Flag("mlp_bias", absent: false),
        };
        return LlamaLayout.WithWindow(options, config, null, 0);
    }

    public IReadOnlyList<ParameterEntry> Parameters(ModelConfig config) => LlamaLayout.Table(config, ("input_layernorm", "post_attention_layernorm"));

    public bool IsBuffer(string name) => LlamaLayout.IsBuffer(name);

    public IReadOnlyDictionary<string, object?> Options(ModelConfig config) => new Dictionary<string, object?>(LlamaLayout.Options(config, "LlamaForCausalLM"))
    {
        ["attention_bias"] = config.AttentionBias,
        ["mlp_bias"] = config.MlpBias,
        ["rms_norm_eps"] = config.NormEpsilon,
    };
}
