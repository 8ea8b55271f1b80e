namespace Emergence.Stages.Models.Families;

/// <summary>OLMo 1 (arXiv 2402.00838, section 2.1) as <c>OlmoForCausalLM</c> saves it: like Llama, with layer norms that have no parameters.</summary>
internal sealed class OlmoFamily : IModelFamily
{
    /// <summary>Epsilon of its norms; no option names it.</summary>
    private const double Epsilon = 1e-5;

    public string ModelType => "olmo";

    public string Prefix => LlamaLayout.Prefix;

    public ModelConfig Read(ConfigReader options)
    {
        var config = LlamaLayout.Read(options, ModelType, new LlamaDefaults(Context: 2048)) with
        {
            Norm = NormKind.LayerNorm,
            NormEpsilon = Epsilon,
            AttentionBias = options.Flag("attention_bias", absent: false),
            QueryKeyValueClip = options.OptionalNumber("clip_qkv", 1e-6, 1e6),
        };
        return LlamaLayout.WithWindow(options, config, null, 0);
    }

    public IReadOnlyList<ParameterEntry> Parameters(ModelConfig config) => LlamaLayout.Table(config, norms: null);

    public bool IsBuffer(string name) => LlamaLayout.IsBuffer(name);

    public IReadOnlyDictionary<string, object?> Options(ModelConfig config)
    {
        var options = LlamaLayout.Options(config, "OlmoForCausalLM");
        options["attention_bias"] = config.AttentionBias;
        if (config.QueryKeyValueClip is { } clip)
        {
            options["clip_qkv"] = clip;
        }

        return options;
    }
}
