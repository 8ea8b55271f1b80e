using System.Text.Json;
using Emergence.Stages.Models.Safetensors;

namespace Emergence.Stages.Sae.Formats;

/// <summary>The folder layout SAELens 6 reads.</summary>
internal static class SaeLensFolder
{
    /// <summary>The weights.</summary>
    public const string WeightsFile = "sae_weights.safetensors";

    /// <summary>Their description.</summary>
    public const string ConfigFile = "cfg.json";

    private const string Version = "6.0.0";

    public static void Write(string folder, FoldedSae sae, SaeProvenance provenance)
    {
        Directory.CreateDirectory(folder);
        var (d, f) = (sae.Dimension, sae.Features);
        var tensors = new List<(string Name, long[] Shape, ReadOnlyMemory<float> Data)>
        {
            ("W_enc", [d, f], Transposed(sae.Encoder, f, d)),
            ("b_enc", [f], sae.EncoderBias),
            ("W_dec", [f, d], sae.Decoder),
            ("b_dec", [d], sae.DecoderBias),
        };
        if (sae.Thresholds is { } thresholds)
        {
            tensors.Add(("threshold", [f], thresholds));
        }

        SafetensorsWriter.Write(Path.Combine(folder, WeightsFile), tensors);
        using var file = new FileStream(Path.Combine(folder, ConfigFile), FileMode.Create, FileAccess.Write, FileShare.None);
        using (var json = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            Config(json, sae, provenance);
        }

        file.Flush(flushToDisk: true);
    }

    private static void Config(Utf8JsonWriter json, FoldedSae sae, SaeProvenance provenance)
    {
        json.WriteStartObject();
        json.WriteString("architecture", sae.Thresholds is null ? "topk" : "jumprelu");
        json.WriteNumber("d_in", sae.Dimension);
        json.WriteNumber("d_sae", sae.Features);
        json.WriteString("dtype", "float32");
        json.WriteString("device", "cpu");
        json.WriteBoolean("apply_b_dec_to_input", true);
        json.WriteString("normalize_activations", "none");
        json.WriteString("reshape_activations", "none");
        if (sae.Thresholds is null)
        {
            json.WriteNumber("k", sae.K);
            json.WriteBoolean("rescale_acts_by_decoder_norm", false);
        }

        json.WriteStartObject("metadata");
        json.WriteString("sae_lens_version", Version);
        json.WriteString("sae_lens_training_version", Version);
        json.WriteString("model_name", provenance.ModelName);
        json.WriteString("hook_name", provenance.HookName);
        if (provenance.ContextSize > 0)
        {
            json.WriteNumber("context_size", provenance.ContextSize);
        }

        if (provenance.Step is { } step)
        {
            json.WriteStartObject("model_from_pretrained_kwargs");
            json.WriteString("revision", $"step{step}");
            json.WriteEndObject();
            json.WriteNumber("step", step);
        }

        json.WriteString("trained_as", sae.TrainedAs);
        json.WriteNumber("trained_k", sae.K);
        json.WriteNumber("layer", provenance.Layer);
        foreach (var (key, value) in provenance.Texts.OrderBy(t => t.Key, StringComparer.Ordinal))
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static float[] Transposed(float[] values, int rows, int columns)
    {
        var result = new float[values.Length];
        for (var r = 0; r < rows; r++)
        {
            for (var c = 0; c < columns; c++)
            {
                result[(c * rows) + r] = values[(r * columns) + c];
            }
        }

        return result;
    }
}
