namespace Emergence.Stages.Models.Families;

/// <summary>The sliding window of Qwen 2 and 3: off unless it is switched on, and then in the blocks above the first so many.</summary>
internal static class QwenWindow
{
    private const int UsualWindow = 4096;
    private const int UsualFullLayers = 28;

    /// <summary>Reads it.</summary>
    public static ModelConfig Read(ConfigReader options, ModelConfig config)
    {
        var window = options.OptionalCount("sliding_window", ModelLimits.Context) ?? (options.Has("sliding_window") ? null : UsualWindow);
        var fullLayers = options.OptionalNumber("max_window_layers", 0, ModelLimits.Layers) ?? UsualFullLayers;
        if (fullLayers % 1 != 0)
        {
            throw options.Bad("max_window_layers", $"{fullLayers} is not a whole number");
        }

        return LlamaLayout.WithWindow(options, config, options.Flag("use_sliding_window", absent: false) ? window : null, (int)fullLayers);
    }

    /// <summary>Adds it to options that are written.</summary>
    public static void Add(ModelConfig config, Dictionary<string, object?> options)
    {
        options["use_sliding_window"] = config.SlidingWindow is not null;
        if (config.SlidingWindow is { } window)
        {
            options["sliding_window"] = window;
            options["max_window_layers"] = config.FirstSlidingLayer;
        }
    }
}
