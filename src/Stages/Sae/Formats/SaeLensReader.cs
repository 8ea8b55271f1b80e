using Emergence.Stages.Input;

namespace Emergence.Stages.Sae.Formats;

/// <summary>Reads a folder in the layout of SAELens 6. What would change the result and is not computed here is refused by name.</summary>
internal static class SaeLensReader
{
    private const string LoadAndSave = "Load it with SAELens 6 or later and save it again";

    public static SavedWeights Read(string folder)
    {
        using var config = new SavedConfig(Path.Combine(folder, SaeLensFolder.ConfigFile));
        CheckVersion(config);
        var architecture = Architecture(config);
        Only(config, "normalize_activations", ["none"], "Fold the normalisation into the weights, then save with normalize_activations none");
        // hook_z only flattens heads, and rows are flat already.
        Only(config, "reshape_activations", ["none", "hook_z"], LoadAndSave);
        if (config.Flag("finetuning_scaling_factor", false))
        {
            throw config.Refusal("finetuning_scaling_factor", "true", LoadAndSave);
        }

        var (d, f) = (config.Size("d_in"), config.Size("d_sae"));
        List<(string, long[])> wanted = [("W_enc", [d, f]), ("b_enc", [f]), ("W_dec", [f, d]), ("b_dec", [d])];
        if (architecture == "jumprelu")
        {
            wanted.Add(("threshold", [f]));
        }

        int? k = architecture == "topk" ? config.Size("k") : null;
        var tensors = SavedTensors.Read(Path.Combine(folder, SaeLensFolder.WeightsFile), wanted);
        var saved = new SavedWeights
        {
            Architecture = architecture,
            K = k,
            Encoder = SavedWeights.Transposed(tensors[0], d, f),
            EncoderBias = tensors[1],
            Decoder = tensors[2],
            DecoderBias = tensors[3],
            Thresholds = architecture switch
            {
                "topk" => null,
                // A latent with a threshold below zero still passes through ReLU.
                "jumprelu" => Array.ConvertAll(tensors[4], t => Math.Max(0, t)),
                _ => new float[f],
            },
            CentreInput = config.Flag("apply_b_dec_to_input", true),
        };
        if (architecture == "topk" && config.Flag("rescale_acts_by_decoder_norm", false))
        {
            FoldNorms(saved, d);
        }

        return saved;
    }

    private static void CheckVersion(SavedConfig config)
    {
        var version = config.TextIn("metadata", "sae_lens_version") ?? config.Text("sae_lens_training_version");
        if (version is not null && int.TryParse(version.Split('.')[0], out var major) && major < 6)
        {
            throw config.Refusal("sae_lens_version", version, LoadAndSave);
        }
    }

    private static string Architecture(SavedConfig config)
    {
        var architecture = config.Text("architecture") ?? throw new BadInputException(config.Path, "architecture", "it is missing", LoadAndSave);
        return architecture switch
        {
            "standard" or "topk" or "jumprelu" => architecture,
            "batchtopk" or "matryoshka_batchtopk" => throw config.Refusal("architecture", architecture, "This is a training checkpoint: save the inference SAE, which is a jumprelu one"),
            _ => throw config.Refusal("architecture", architecture, "Use a standard, topk or jumprelu SAE"),
        };
    }

    private static void Only(SavedConfig config, string key, string[] supported, string remedy)
    {
        if (config.Text(key) is { } value && !supported.Contains(value))
        {
            throw config.Refusal(key, value, remedy);
        }
    }

    // f' = ‖w_dec‖·f with W_dec' = w_dec/‖w_dec‖: the scaled activations are those that compete and those that are seen.
    private static void FoldNorms(SavedWeights saved, int dimension)
    {
        for (var f = 0; f < saved.EncoderBias.Length; f++)
        {
            var encoder = saved.Encoder.AsSpan(f * dimension, dimension);
            var decoder = saved.Decoder.AsSpan(f * dimension, dimension);
            double squares = 0;
            foreach (var value in decoder)
            {
                squares += (double)value * value;
            }

            var norm = Math.Sqrt(squares);
            saved.EncoderBias[f] = (float)(saved.EncoderBias[f] * norm);
            for (var i = 0; i < dimension; i++)
            {
                encoder[i] = (float)(encoder[i] * norm);
                decoder[i] = norm > 0 ? (float)(decoder[i] / norm) : 0;
            }
        }
    }
}
