namespace Emergence.Stages.Models.Families;

/// <summary>Qwen 2 and 2.5 (arXiv 2407.10671) as <c>Qwen2ForCausalLM</c> saves them: like Llama, with biases on queries, keys and values.</summary>
internal sealed class Qwen2Family : IModelFamily
{
    public string ModelType => "qwen2";

    public string Prefix => LlamaLayout.Prefix;

    public ModelConfig Read(ConfigReader options)
    {
        options.Only("use_mrope", false);
        var config = LlamaLayout.Read(options, ModelType, new LlamaDefaults(Context: 32_768, KeyValueHeads: 32)) with
        {
            NormEpsilon = LlamaLayout.RmsEpsilon(options, absent: 1e-6),
            AttentionBias = true,
        };
        return QwenWindow.Read(options, config);
    }

    public IReadOnlyList<ParameterEntry> Parameters(ModelConfig config) => LlamaLayout.Table(config, ("input_layernorm", "post_attention_layernorm"), outBias: false);

    public bool IsBuffer(string name) => LlamaLayout.IsBuffer(name);

    public IReadOnlyDictionary<string, object?> Options(ModelConfig config)
    {
        var options = LlamaLayout.Options(config, "Qwen2ForCausalLM");
        options["rms_norm_eps"] = config.NormEpsilon;
        QwenWindow.Add(config, options);
        return options;
    }
}
