using System.Text.Json;
using Emergence.Stages.Sae;
using Emergence.TestKit.Sae;

namespace Emergence.Stages.Tests.Sae;

/// <summary>Exported files, read by their own formulas on raw activations, must fire as <c>Encode</c> does.</summary>
public sealed class SaeExportTests : IDisposable
{
    private const int D = 24;
    private readonly string _folder = Directory.CreateTempSubdirectory("emergence-sae-").FullName;
    private readonly PlantedDictionary _planted = new(D, 60, 3, seed: 1, offset: 2);
    private readonly SaeProvenance _provenance = new("demo/neox", 3, 512, 128, new Dictionary<string, string> { ["run"] = "r1", ["seed"] = "1" });

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(SaeArchitecture.TopK)]
    [InlineData(SaeArchitecture.BatchTopK)]
    public void SaeLens_formula_on_raw_activations_gives_the_same_firings(SaeArchitecture architecture)
    {
        using var trainer = Trained(architecture);
        trainer.ExportSaeLens(_folder, _provenance);
        var config = Config();
        Assert.Equal(architecture == SaeArchitecture.TopK ? "topk" : "jumprelu", config.GetProperty("architecture").GetString());
        Assert.Equal((D, 96), (config.GetProperty("d_in").GetInt32(), config.GetProperty("d_sae").GetInt32()));
        Assert.Equal(("float32", "none", "none", true), (
            config.GetProperty("dtype").GetString(), config.GetProperty("normalize_activations").GetString(),
            config.GetProperty("reshape_activations").GetString(), config.GetProperty("apply_b_dec_to_input").GetBoolean()));
        Assert.Equal(architecture == SaeArchitecture.TopK, config.TryGetProperty("k", out _));
        Assert.Equal(architecture == SaeArchitecture.TopK, config.TryGetProperty("rescale_acts_by_decoder_norm", out _));
        var metadata = config.GetProperty("metadata");
        Assert.Equal(("6.0.0", "demo/neox", "blocks.3.hook_resid_post", "step512", "r1", 128), (
            metadata.GetProperty("sae_lens_version").GetString(), metadata.GetProperty("model_name").GetString(), metadata.GetProperty("hook_name").GetString(),
            metadata.GetProperty("model_from_pretrained_kwargs").GetProperty("revision").GetString(), metadata.GetProperty("run").GetString(), metadata.GetProperty("context_size").GetInt32()));

        var tensors = Tensors("sae_weights.safetensors");
        Assert.Equal([D, 96], tensors["W_enc"].Shape);
        Assert.Equal([96], tensors["b_enc"].Shape);
        Assert.Equal([96, D], tensors["W_dec"].Shape);
        Assert.Equal([D], tensors["b_dec"].Shape);
        Assert.Equal(architecture == SaeArchitecture.BatchTopK, tensors.ContainsKey("threshold"));
        Compare(trainer, (x, f) => Enumerable.Range(0, D).Sum(i => (x[i] - (double)tensors["b_dec"].Data[i]) * tensors["W_enc"].Data[(i * 96) + f]) + tensors["b_enc"].Data[f],
            tensors.TryGetValue("threshold", out var threshold) ? threshold.Data[0] : null, tensors["W_dec"].Data, tensors["b_dec"].Data);
    }

    [Fact]
    public void Sparsify_formula_on_raw_activations_gives_the_same_firings()
    {
        using var trainer = Trained(SaeArchitecture.TopK);
        trainer.ExportSparsify(_folder, _provenance);
        var config = Config();
        Assert.Equal((4, 96, D, "topk", false, false), (
            config.GetProperty("k").GetInt32(), config.GetProperty("num_latents").GetInt32(), config.GetProperty("d_in").GetInt32(),
            config.GetProperty("activation").GetString(), config.GetProperty("transcode").GetBoolean(), config.GetProperty("skip_connection").GetBoolean()));
        var tensors = Tensors("sae.safetensors");
        Assert.Equal([96, D], tensors["encoder.weight"].Shape);
        Assert.Equal([96], tensors["encoder.bias"].Shape);
        Assert.Equal([96, D], tensors["W_dec"].Shape);
        Compare(trainer, (x, f) => Enumerable.Range(0, D).Sum(i => (x[i] - (double)tensors["b_dec"].Data[i]) * tensors["encoder.weight"].Data[(f * D) + i]) + tensors["encoder.bias"].Data[f],
            null, tensors["W_dec"].Data, tensors["b_dec"].Data);
    }

    [Fact]
    public void An_SAE_that_was_never_trained_is_not_exported()
    {
        using var trainer = new SaeTrainer(SaeTrainerTests.Options(SaeArchitecture.TopK), D);
        Assert.Throws<InvalidOperationException>(() => trainer.ExportSaeLens(_folder, _provenance));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    private SaeTrainer Trained(SaeArchitecture architecture) => SaeTrainerTests.Trained(architecture, 1, _planted.Draw(20_000, 2), [20_000]);

    private JsonElement Config() => JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, "cfg.json"))).RootElement;

    // Fires as Encode does, but for activations within rounding of the threshold; rebuilds the activation.
    private void Compare(SaeTrainer trainer, Func<float[], int, double> preactivation, float? threshold, float[] decoder, float[] decoderBias)
    {
        var probe = _planted.Draw(300, 9);
        var (firings, sums) = SaeTrainerTests.Measure(trainer, probe);
        double error = 0;
        for (var r = 0; r < 300; r++)
        {
            var x = probe.AsSpan(r * D, D).ToArray();
            var all = Enumerable.Range(0, 96).Select(f => (Feature: f, Value: preactivation(x, f))).ToArray();
            var fires = (threshold is { } t ? all.Where(e => e.Value > t) : all.Where(e => e.Value > 0).OrderByDescending(e => e.Value).Take(4)).OrderBy(e => e.Feature).ToArray();
            var (begin, end) = (firings.Offsets[r], firings.Offsets[r + 1]);
            var near = threshold is { } bound ? all.Count(e => Math.Abs(e.Value - bound) < 1e-4) : 0;
            if (near == 0)
            {
                Assert.Equal(fires.Select(e => e.Feature), firings.Features[begin..end].ToArray());
            }

            Assert.All(Enumerable.Range(begin, end - begin), j => Assert.Equal(all[firings.Features[j]].Value, firings.Values[j], 1e-4));
            error += Enumerable.Range(0, D).Sum(i => Math.Pow(x[i] - decoderBias[i] - fires.Sum(e => e.Value * decoder[(e.Feature * D) + i]), 2));
        }

        var means = Enumerable.Range(0, D).Select(i => Enumerable.Range(0, 300).Average(r => (double)probe[(r * D) + i])).ToArray();
        Assert.Equal(error / probe.Select((v, i) => Math.Pow(v - means[i % D], 2)).Sum(), sums.Fvu, 1e-3);
    }

    private Dictionary<string, (long[] Shape, float[] Data)> Tensors(string name)
    {
        // The safetensors layout itself: u64 length, JSON header, data.
        var bytes = File.ReadAllBytes(Path.Combine(_folder, name));
        var length = (int)BitConverter.ToUInt64(bytes);
        using var header = JsonDocument.Parse(bytes.AsMemory(8, length));
        return header.RootElement.EnumerateObject().Where(p => p.Name != "__metadata__").ToDictionary(p => p.Name, p =>
        {
            Assert.Equal("F32", p.Value.GetProperty("dtype").GetString());
            var offsets = p.Value.GetProperty("data_offsets").EnumerateArray().Select(o => o.GetInt32()).ToArray();
            var data = new float[(offsets[1] - offsets[0]) / 4];
            Buffer.BlockCopy(bytes, 8 + length + offsets[0], data, 0, offsets[1] - offsets[0]);
            return (p.Value.GetProperty("shape").EnumerateArray().Select(s => s.GetInt64()).ToArray(), data);
        });
    }
}
