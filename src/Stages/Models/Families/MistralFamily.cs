namespace Emergence.Stages.Models.Families;

/// <summary>Mistral (arXiv 2310.06825) as <c>MistralForCausalLM</c> saves it: like Llama, with a sliding window in every block.</summary>
internal sealed class MistralFamily : IModelFamily
{
    private const int UsualWindow = 4096;

    public string ModelType => "mistral";

    public string Prefix => LlamaLayout.Prefix;

    public ModelConfig Read(ConfigReader options)
    {
        var config = LlamaLayout.Read(options, ModelType, new LlamaDefaults(Context: 131_072, KeyValueHeads: 8)) with
        {
            NormEpsilon = LlamaLayout.RmsEpsilon(options, absent: 1e-6),
        };
        var window = options.OptionalCount("sliding_window", ModelLimits.Context) ?? (options.Has("sliding_window") ? null : UsualWindow);
        config = LlamaLayout.WithWindow(options, config, window, 0);

        // Hugging Face's Mistral does not look at the kinds of the blocks.
        return config.SlidingWindow == window && config.FirstSlidingLayer == 0
            ? config
            : throw options.Bad("layer_types", "it contradicts sliding_window, which in this family holds for every block");
    }

    public IReadOnlyList<ParameterEntry> Parameters(ModelConfig config) => LlamaLayout.Table(config, ("input_layernorm", "post_attention_layernorm"));

    public bool IsBuffer(string name) => LlamaLayout.IsBuffer(name);

    public IReadOnlyDictionary<string, object?> Options(ModelConfig config) => new Dictionary<string, object?>(LlamaLayout.Options(config, "MistralForCausalLM"))
    {
        ["rms_norm_eps"] = config.NormEpsilon,
        ["sliding_window"] = config.SlidingWindow,
    };
}
