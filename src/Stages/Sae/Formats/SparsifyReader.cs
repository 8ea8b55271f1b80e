namespace Emergence.Stages.Sae.Formats;

/// <summary>Reads a <c>layers.N</c> folder of sparsify. What would change the result and is not computed here is refused by name.</summary>
internal static class SparsifyReader
{
    private const int UsualExpansion = 32;
    private const int UsualK = 32;

    public static SavedWeights Read(string folder)
    {
        using var config = new SavedConfig(Path.Combine(folder, SparsifyFolder.ConfigFile));
        if (config.Text("activation") is { } activation and not "topk")
        {
            throw config.Refusal("activation", activation, "Use an SAE with activation topk");
        }

        // "signed" is of older versions: latents below zero were kept too.
        foreach (var option in new[] { "transcode", "skip_connection", "signed" })
        {
            if (config.Flag(option, false))
            {
                throw config.Refusal(option, "true", $"Use an SAE without {option}");
            }
        }

        var d = config.Size("d_in");
        var latents = config.Size("num_latents", fallback: 0, least: 0);
        long f = latents > 0 ? latents : (long)config.Size("expansion_factor", UsualExpansion) * d;
        var k = config.Size("k", UsualK);
        var tensors = SavedTensors.Read(
            Path.Combine(folder, SparsifyFolder.WeightsFile),
            [("encoder.weight", [f, d]), ("encoder.bias", [f]), ("W_dec", [f, d]), ("b_dec", [d])]);
        return new SavedWeights
        {
            Architecture = "topk",
            K = k,
            Encoder = tensors[0],
            EncoderBias = tensors[1],
            Decoder = tensors[2],
            DecoderBias = tensors[3],
            Thresholds = null,
        };
    }
}
