using System.Globalization;
using System.Text.Json;
using Emergence.Stages.Models.Safetensors;

namespace Emergence.Stages.Sae.Formats;

/// <summary>
/// The folder layout sparsify reads (one <c>layers.N</c>). It knows only "the k greatest of each token": an SAE with thresholds is
/// written with its k and read there as TopK, which is close to it and not the same.
/// </summary>
internal static class SparsifyFolder
{
    /// <summary>The weights.</summary>
    public const string WeightsFile = "sae.safetensors";

    /// <summary>Their description.</summary>
    public const string ConfigFile = "cfg.json";

    public static void Write(string folder, FoldedSae sae, SaeProvenance provenance)
    {
        Directory.CreateDirectory(folder);
        var (d, f) = (sae.Dimension, sae.Features);
        var metadata = new Dictionary<string, string>(provenance.Texts)
        {
            ["model_name"] = provenance.ModelName,
            ["hook_name"] = provenance.HookName,
            ["trained_as"] = sae.TrainedAs,
        };
        if (provenance.Step is { } step)
        {
            metadata["step"] = step.ToString(CultureInfo.InvariantCulture);
        }

        SafetensorsWriter.Write(
            Path.Combine(folder, WeightsFile),
            [
                ("encoder.weight", [f, d], sae.Encoder),
                ("encoder.bias", [f], sae.EncoderBias),
                ("W_dec", [f, d], sae.Decoder),
                ("b_dec", [d], sae.DecoderBias),
            ],
            metadata);
        using var file = new FileStream(Path.Combine(folder, ConfigFile), FileMode.Create, FileAccess.Write, FileShare.None);
        using (var json = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("activation", "topk");
            json.WriteNumber("expansion_factor", (f + d - 1) / d);
            json.WriteBoolean("normalize_decoder", true);
            // Where it is not 0 it decides the width, whatever the expansion factor says.
            json.WriteNumber("num_latents", f);
            json.WriteNumber("k", sae.K);
            json.WriteBoolean("multi_topk", false);
            json.WriteBoolean("skip_connection", false);
            json.WriteBoolean("transcode", false);
            json.WriteNumber("d_in", d);
            json.WriteEndObject();
        }

        file.Flush(flushToDisk: true);
    }
}
