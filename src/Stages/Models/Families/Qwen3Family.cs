namespace Emergence.Stages.Models.Families;

/// <summary>Qwen 3 (arXiv 2505.09388) as <c>Qwen3ForCausalLM</c> saves it: like Llama, with queries and keys normalised head by head.</summary>
internal sealed class Qwen3Family : IModelFamily
{
    public string ModelType => "qwen3";

    public string Prefix => LlamaLayout.Prefix;

    public ModelConfig Read(ConfigReader options)
    {
        var config = LlamaLayout.Read(options, ModelType, new LlamaDefaults(Context: 32_768, KeyValueHeads: 32, HeadSize: 128)) with
        {
            NormEpsilon = LlamaLayout.RmsEpsilon(options, absent: 1e-6),
            AttentionBias = options.Flag("attention_bias", absent: false),
            QueryKeyNorm = QueryKeyNorm.Head,
        };
        return QwenWindow.Read(options, config);
    }

    public IReadOnlyList<ParameterEntry> Parameters(ModelConfig config) => LlamaLayout.Table(config, ("input_layernorm", "post_attention_layernorm"));

    public bool IsBuffer(string name) => LlamaLayout.IsBuffer(name);

    public IReadOnlyDictionary<string, object?> Options(ModelConfig config)
    {
        var options = LlamaLayout.Options(config, "Qwen3ForCausalLM");
        options["attention_bias"] = config.AttentionBias;
        options["rms_norm_eps"] = config.NormEpsilon;
        QwenWindow.Add(config, options);
        return options;
    }
}
