using System.Globalization;
using System.Text.Json;
using Emergence.Stages.Models.Safetensors;

namespace Emergence.Stages.Sae.Formats;

/// <summary>The folder layout sparsify reads (one <c>layers.N</c>).</summary>
internal static class SparsifyFolder
{
    public static void Write(string folder, FoldedSae sae, SaeProvenance provenance)
    {
        Directory.CreateDirectory(folder);
        var (d, f) = (sae.Dimension, sae.Features);
        var metadata = new Dictionary<string, string>(provenance.Texts)
        {
            ["model_name"] = provenance.ModelName,
            ["hook_name"] = provenance.HookName,
            ["step"] = provenance.Step.ToString(CultureInfo.InvariantCulture),
            ["trained_as"] = sae.Architecture == SaeArchitecture.TopK ? "topk" : "batchtopk",
        };
        SafetensorsWriter.Write(
            Path.Combine(folder, "sae.safetensors"),
            [
                ("encoder.weight", [f, d], sae.Encoder),
                ("encoder.bias", [f], sae.EncoderBias),
                ("W_dec", [f, d], sae.Decoder),
                ("b_dec", [d], sae.DecoderBias),
            ],
            metadata);
        using var file = new FileStream(Path.Combine(folder, "cfg.json"), FileMode.Create, FileAccess.Write, FileShare.None);
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
