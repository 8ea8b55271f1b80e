using System.Text.Json;
using System.Text.Json.Nodes;
using Emergence.Stages.Firing;
using Emergence.Stages.Input;
using Emergence.Stages.Models.Safetensors;
using Emergence.Stages.Sae;
using Emergence.Stages.Sae.Formats;
using Emergence.TestKit;
using Emergence.TestKit.Sae;

namespace Emergence.Stages.Tests.Sae.Formats;

/// <summary>Saved SAEs read back: what was exported is what is read, and what is read computes the formula of its library.</summary>
public sealed class SavedSaeTests : IDisposable
{
    private const int D = 24;
    private const int F = 96;
    private readonly TemporaryFolder _folder = new();
    private readonly PlantedDictionary _planted = new(D, 60, 3, seed: 1, offset: 2);
    private readonly SaeProvenance _provenance = new("demo/neox", 3, 512, 128, new Dictionary<string, string>());

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(SaeArchitecture.TopK)]
    [InlineData(SaeArchitecture.BatchTopK)]
    [InlineData(SaeArchitecture.JumpReLU)]
    [InlineData(SaeArchitecture.Matryoshka)]
    public void What_is_written_is_read_back_to_the_bit(SaeArchitecture architecture)
    {
        var folded = Random(architecture);
        SaeLensFolder.Write(_folder["lens"], folded, _provenance);
        SparsifyFolder.Write(_folder["layers.3"], folded, _provenance);
        using var lens = SavedSae.Load(_folder["lens"]);
        using var sparsify = SavedSae.Load(_folder["layers.3"]);
        var topK = architecture == SaeArchitecture.TopK;
        Assert.Equal((SaeFormat.SaeLens, topK ? "topk" : "jumprelu", topK ? 4 : null, D, F), (lens.Format, lens.Architecture, lens.K, lens.Dimension, lens.Features));
        Assert.Equal((SaeFormat.Sparsify, "topk", 4), (sparsify.Format, sparsify.Architecture, sparsify.K));
        foreach (var weights in new[] { lens.Weights, sparsify.Weights })
        {
            Assert.Equal(folded.Encoder, weights.Encoder);
            Assert.Equal(folded.EncoderBias, weights.EncoderBias);
            Assert.Equal(folded.Decoder, weights.Decoder);
            Assert.Equal(folded.DecoderBias, weights.DecoderBias);
        }

        Assert.Equal(folded.Thresholds, lens.Weights.Thresholds);
        Assert.Null(sparsify.Weights.Thresholds);
        using var config = JsonDocument.Parse(File.ReadAllText(_folder["lens", "cfg.json"]));
        Assert.Equal(architecture.ToString().ToLowerInvariant(), config.RootElement.GetProperty("metadata").GetProperty("trained_as").GetString());
    }

    [Theory]
    [InlineData(SaeArchitecture.TopK, false)]
    [InlineData(SaeArchitecture.TopK, true)]
    [InlineData(SaeArchitecture.BatchTopK, false)]
    public void The_trainer_and_its_export_read_back_fire_alike(SaeArchitecture architecture, bool sparsify)
    {
        using var trainer = SaeTrainerTests.Trained(architecture, 1, _planted.Draw(20_000, 2), [20_000]);
        if (sparsify)
        {
            trainer.ExportSparsify(_folder["sae"], _provenance);
        }
        else
        {
            trainer.ExportSaeLens(_folder["sae"], _provenance);
        }

        using var saved = SavedSae.Load(_folder["sae"]);
        var probe = _planted.Draw(2500, 9);
        var (expected, expectedSums) = SaeTrainerTests.Measure(trainer, probe);
        var (firings, sums) = Measure(saved, probe);
        Assert.Equal(expected.TokenCount, firings.TokenCount);
        var differ = 0;
        for (var r = 0; r < expected.TokenCount; r++)
        {
            var a = expected.Features[expected.Offsets[r]..expected.Offsets[r + 1]];
            var b = firings.Features[firings.Offsets[r]..firings.Offsets[r + 1]];
            if (!a.SequenceEqual(b))
            {
                differ++;
                continue;
            }

            for (var i = 0; i < a.Length; i++)
            {
                Assert.Equal(expected.Values[expected.Offsets[r] + i], firings.Values[firings.Offsets[r] + i], 1e-4);
            }
        }

        // A latent within rounding of the threshold or of the k-th value may fall on the other side.
        Assert.InRange(differ, 0, 3);
        Assert.Equal(expectedSums.Fvu, sums.Fvu, 1e-4);
        Assert.Equal(expectedSums.L0, sums.L0, 1e-2);
        Assert.Equal(expectedSums.Cosine, sums.Cosine, 1e-4);
        Assert.Equal(expectedSums.NormRatio, sums.NormRatio, 1e-4);
        Assert.Equal(expectedSums.DeadFraction, sums.DeadFraction, 0.011);
    }

    [Theory]
    [InlineData(1 << 14, 512, 1024)]
    [InlineData(1 << 20, 512, 16)]
    [InlineData(1, 1 << 24, 1)]
    [InlineData(1, 1 << 22, 4)]
    [InlineData(1 << 24, 1 << 24, 1)]
    public void Pieces_are_small_for_many_features_and_for_wide_rows(int features, int dimension, int rows) =>
        Assert.Equal(rows, SavedSae.PieceRows(features, dimension));

    // Written by hand, not by the exporter, so that an error common to writer and reader is seen; d and F leave tails in every loop.
    [Theory]
    [InlineData("standard", true, false)]
    [InlineData("standard", false, false)]
    [InlineData("topk", true, false)]
    [InlineData("topk", true, true)]
    [InlineData("topk", false, true)]
    [InlineData("jumprelu", true, false)]
    public void Each_architecture_of_SAELens_computes_its_formula(string architecture, bool centre, bool rescale)
    {
        const int d = 7, f = 43, k = 5, n = 1100;
        var random = new Random(3);
        var (encoder, bias, decoder, decoderBias) = (Draw(random, d * f), Draw(random, f), Draw(random, f * d), Draw(random, d));
        var threshold = Draw(random, f);
        Config(JsonSerializer.Serialize(new
        {
            architecture,
            d_in = d,
            d_sae = f,
            k,
            dtype = "float32",
            apply_b_dec_to_input = centre,
            normalize_activations = "none",
            rescale_acts_by_decoder_norm = rescale,
            metadata = new { sae_lens_version = "6.12.1" },
        }));
        SafetensorsWriter.Write(_folder["sae_weights.safetensors"],
            [("W_enc", [d, f], encoder), ("b_enc", [f], bias), ("W_dec", [f, d], decoder), ("b_dec", [d], decoderBias), .. architecture == "jumprelu" ? [("threshold", new long[] { f }, threshold)] : Array.Empty<(string, long[], ReadOnlyMemory<float>)>()]);
        using var saved = SavedSae.Load(_folder.Path);
        var x = Draw(random, n * d);
        var (firings, sums) = Measure(saved, x);
        var rebuilt = new float[x.Length];
        saved.Reconstruct(x, rebuilt);
        double error = 0, cosine = 0, ratio = 0;
        for (var r = 0; r < n; r++)
        {
            var norms = Enumerable.Range(0, f).Select(j => rescale ? Math.Sqrt(Enumerable.Range(0, d).Sum(i => Math.Pow(decoder[(j * d) + i], 2))) : 1).ToArray();
            var pre = Enumerable.Range(0, f).Select(j => norms[j] * (bias[j] + Enumerable.Range(0, d).Sum(i => (x[(r * d) + i] - (centre ? decoderBias[i] : 0.0)) * encoder[(i * f) + j]))).ToArray();
            var active = Enumerable.Range(0, f).Where(j => pre[j] > (architecture == "jumprelu" ? Math.Max(0, threshold[j]) : 0));
            active = architecture == "topk" ? active.OrderByDescending(j => pre[j]).Take(k).Order() : active;
            var xs = x.AsSpan(r * d, d).ToArray();
            var fires = active.ToArray();
            Assert.Equal(fires, firings.Features[firings.Offsets[r]..firings.Offsets[r + 1]].ToArray());
            Assert.All(fires.Select((j, i) => (j, i)), p => Assert.Equal(pre[p.j], firings.Values[firings.Offsets[r] + p.i], 1e-4));
            var y = Enumerable.Range(0, d).Select(i => decoderBias[i] + fires.Sum(j => pre[j] / norms[j] * decoder[(j * d) + i])).ToArray();
            Assert.All(y.Select((v, i) => (v, i)), p => Assert.Equal(p.v, rebuilt[(r * d) + p.i], 1e-3));
            error += y.Zip(xs, (a, b) => (a - b) * (a - b)).Sum();
            var (nx, ny) = (Math.Sqrt(xs.Sum(v => (double)v * v)), Math.Sqrt(y.Sum(v => v * v)));
            cosine += y.Zip(xs, (a, b) => a * b).Sum() / (nx * ny) / n;
            ratio += ny / nx / n;
        }

        var means = Enumerable.Range(0, d).Select(i => Enumerable.Range(0, n).Average(r => (double)x[(r * d) + i])).ToArray();
        Assert.Equal(error / x.Select((v, i) => Math.Pow(v - means[i % d], 2)).Sum(), sums.Fvu, 1e-4 * sums.Fvu);
        Assert.Equal(cosine, sums.Cosine, 1e-4);
        Assert.Equal(ratio, sums.NormRatio, 1e-4);
    }

    [Fact]
    public void Of_equal_values_the_lower_latents_win()
    {
        Config("""{"architecture":"topk","d_in":1,"d_sae":40,"k":3,"metadata":{"sae_lens_version":"6.0.0"}}""");
        var bias = new float[40];
        bias[33] = 1;
        SafetensorsWriter.Write(_folder["sae_weights.safetensors"],
            [("W_enc", [1, 40], Enumerable.Repeat(1f, 40).ToArray()), ("b_enc", [40], bias), ("W_dec", [40, 1], new float[40]), ("b_dec", [1], new float[1])]);
        using var saved = SavedSae.Load(_folder.Path);
        Assert.Equal([0, 1, 33], Measure(saved, [2]).Firings.Features.ToArray());
    }

    [Theory]
    [InlineData("F16")]
    [InlineData("BF16")]
    public void Half_precision_weights_are_read(string type)
    {
        SaeLensFolder.Write(_folder.Path, Random(SaeArchitecture.TopK), _provenance);
        using var full = SavedSae.Load(_folder.Path);
        var path = _folder["sae_weights.safetensors"];
        var bytes = File.ReadAllBytes(path);
        var length = (int)BitConverter.ToUInt64(bytes);
        var header = JsonNode.Parse(bytes.AsSpan(8, length))!.AsObject();
        foreach (var (_, tensor) in header)
        {
            tensor!["dtype"] = type;
            tensor["data_offsets"] = new JsonArray([.. tensor["data_offsets"]!.AsArray().Select(o => (JsonNode)(o!.GetValue<long>() / 2))]);
        }

        var text = System.Text.Encoding.UTF8.GetBytes(header.ToJsonString());
        var floats = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes.AsSpan(8 + length)).ToArray();
        var data = floats.SelectMany(v => type == "F16" ? BitConverter.GetBytes((Half)v) : BitConverter.GetBytes((ushort)(BitConverter.SingleToUInt32Bits(v) >> 16))).ToArray();
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((ulong)text.Length), .. text, .. data]);
        using var half = SavedSae.Load(_folder.Path);
        Assert.All(full.Weights.Encoder.Zip(half.Weights.Encoder), p => Assert.Equal(p.First, p.Second, 0.01));
        Assert.NotEqual(full.Weights.Encoder, half.Weights.Encoder);
    }

    [Theory]
    [InlineData("architecture", "\"gated\"", "'gated' is not supported")]
    [InlineData("architecture", "\"batchtopk\"", "training checkpoint")]
    [InlineData("architecture", "null", "it is missing")]
    [InlineData("normalize_activations", "\"layer_norm\"", "'layer_norm' is not supported")]
    [InlineData("normalize_activations", "\"expected_average_only_in\"", "Fold the normalisation")]
    [InlineData("reshape_activations", "\"other\"", "'other' is not supported")]
    [InlineData("metadata", "{\"sae_lens_version\":\"5.3.0\"}", "'5.3.0' is not supported")]
    [InlineData("finetuning_scaling_factor", "true", "finetuning_scaling_factor")]
    [InlineData("d_sae", "1e300", "whole number")]
    [InlineData("d_sae", "95", "cfg.json says [24, 95]")]
    [InlineData("k", "97", "there are 96 latents")]
    [InlineData("apply_b_dec_to_input", "1", "neither true nor false")]
    public void What_SAELens_knows_and_this_does_not_is_refused_by_name(string key, string value, string said)
    {
        SaeLensFolder.Write(_folder.Path, Random(SaeArchitecture.TopK), _provenance);
        Refused(key, value, said);
    }

    [Theory]
    [InlineData("activation", "\"groupmax\"", "'groupmax' is not supported")]
    [InlineData("transcode", "true", "without transcode")]
    [InlineData("skip_connection", "true", "without skip_connection")]
    [InlineData("signed", "true", "without signed")]
    [InlineData("num_latents", "0", null)]
    [InlineData("num_latents", "95", "cfg.json says [95, 24]")]
    public void What_sparsify_knows_and_this_does_not_is_refused_by_name(string key, string value, string? said)
    {
        SparsifyFolder.Write(_folder.Path, Random(SaeArchitecture.TopK), _provenance);
        Refused(key, value, said);
    }

    [Fact]
    public void A_folder_without_an_SAE_strange_tensors_and_weights_that_are_no_numbers_are_bad_input()
    {
        Assert.Contains("neither", Assert.Throws<BadInputException>(() => SavedSae.Load(_folder["none"])).Message);
        var folded = Random(SaeArchitecture.TopK);
        SaeLensFolder.Write(_folder.Path, folded with { Architecture = SaeArchitecture.JumpReLU, Thresholds = new float[F] }, _provenance);
        Refused("architecture", "\"standard\"", "tensor threshold");
        folded.Decoder[7] = float.NaN;
        SaeLensFolder.Write(_folder.Path, folded, _provenance);
        Assert.Contains("element 7 is NaN", Assert.Throws<BadInputException>(() => SavedSae.Load(_folder.Path)).Message);
        SparsifyFolder.Write(_folder.Path, folded, _provenance);
        Assert.Contains("both", Assert.Throws<BadInputException>(() => SavedSae.Load(_folder.Path)).Message);
    }

    private static FoldedSae Random(SaeArchitecture architecture)
    {
        var random = new Random(5);
        return FoldedSae.From(
            new SaeOptions { Architecture = architecture, K = 4 }, Draw(random, F * D), Draw(random, F), Draw(random, F * D), Draw(random, D),
            Draw(random, D), 0.7, [.. Draw(random, F).Select(Math.Abs)]);
    }

    private static float[] Draw(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 2) - 1))];

    private static (TokenFirings Firings, ReconstructionSums Sums) Measure(SavedSae saved, float[] x)
    {
        var (firings, sums) = (new TokenFirings(), new ReconstructionSums(saved.Dimension, saved.Features));
        saved.Encode(x, firings, sums);
        return (firings, sums);
    }

    private void Config(string json) => File.WriteAllText(_folder["cfg.json"], json);

    // Changes one key of cfg.json; without a reason the folder must still load.
    private void Refused(string key, string value, string? said)
    {
        var config = JsonNode.Parse(File.ReadAllText(_folder["cfg.json"]))!;
        config[key] = JsonNode.Parse(value);
        Config(config.ToJsonString());
        if (said is null)
        {
            SavedSae.Load(_folder.Path).Dispose();
            return;
        }

        var error = Assert.Throws<BadInputException>(() => SavedSae.Load(_folder.Path));
        Assert.Contains(said, error.Message);
    }
}
