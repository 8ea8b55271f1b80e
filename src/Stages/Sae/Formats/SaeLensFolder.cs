using System.Text.Json;
using Emergence.Stages.Models.Safetensors;

namespace Emergence.Stages.Sae.Formats;

/// <summary>The folder layout SAELens 6 reads.</summary>
internal static class SaeLensFolder
{
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
        if (sae.Architecture == SaeArchitecture.BatchTopK)
        {
            var threshold = new float[f];
            Array.Fill(threshold, sae.Threshold);
            tensors.Add(("threshold", [f], threshold));
        }

        SafetensorsWriter.Write(Path.Combine(folder, "sae_weights.safetensors"), tensors);
        using var file = new FileStream(Path.Combine(folder, "cfg.json"), FileMode.Create, FileAccess.Write, FileShare.None);
        using (var json = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            Config(json, sae, provenance);
        }

        file.Flush(flushToDisk: true);
    }

    private static void Config(Utf8JsonWriter json, FoldedSae sae, SaeProvenance provenance)
    {
        json.WriteStartObject();
        json.WriteString("architecture", sae.Architecture == SaeArchitecture.TopK ? "topk" : "jumprelu");
        json.WriteNumber("d_in", sae.Dimension);
        json.WriteNumber("d_sae", sae.Features);
        json.WriteString("dtype", "float32");
        json.WriteString("device", "cpu");
        json.WriteBoolean("apply_b_dec_to_input", true);
        json.WriteString("normalize_activations", "none");
        json.WriteString("reshape_activations", "none");
        if (sae.Architecture == SaeArchitecture.TopK)
        {
            json.WriteNumber("k", sae.K);
            json.WriteBoolean("rescale_acts_by_decoder_norm", false);
        }

        json.WriteStartObject("metadata");
        json.WriteString("sae_lens_version", Version);
        json.WriteString("sae_lens_training_version", Version);
        json.WriteString("model_name", provenance.ModelName);
        json.WriteString("hook_name", provenance.HookName);
        json.WriteNumber("context_size", provenance.ContextSize);
        json.WriteStartObject("model_from_pretrained_kwargs");
        json.WriteString("revision", $"step{provenance.Step}");
        json.WriteEndObject();
        json.WriteString("trained_as", sae.Architecture == SaeArchitecture.TopK ? "topk" : "batchtopk");
        json.WriteNumber("trained_k", sae.K);
        json.WriteNumber("layer", provenance.Layer);
        json.WriteNumber("step", provenance.Step);
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
