using System.Text.Json;
using Emergence.Stages.Models.Safetensors;
using Emergence.TestKit;
using Emergence.TestKit.Sae;

namespace Emergence.Stages.Tests.Sae.Planted;

/// <summary>The benchmark's metrics against their definitions, written out one number at a time.</summary>
public sealed class PlantedScoreTests
{
    private const int D = 6;
    private const int Features = 9;
    private const int HeldOut = 57;
    private const int Training = 200;
    private const int Alive = 80;

    [Theory]
    [InlineData("topk")]
    [InlineData("jumprelu")]
    public void Metrics_are_those_of_the_definitions(string architecture)
    {
        using var folder = new TemporaryFolder();
        var data = PlantedData.Write(new PlantedDictionary(D, 5, 2, seed: 3), Training, HeldOut, seed: 9, folder.Path);
        var random = new Random(1);
        var (encoder, encoderBias) = (Matrix(random, Features), Matrix(random, 1)[0].Concat(Matrix(random, 1)[0]).Take(Features).ToArray());
        var (decoder, decoderBias) = (Matrix(random, Features), Matrix(random, 1)[0]);
        var threshold = Enumerable.Range(0, Features).Select(_ => (float)random.NextDouble()).ToArray();
        // A latent that never fires.
        encoderBias[4] = -100;
        const int K = 3;
        using var sae = Saved(folder.Path, architecture, K, encoder, encoderBias, decoder, decoderBias, threshold);

        var heldOut = PlantedDataTests.Rows(data.HeldOutFile).Chunk(D).ToArray();
        var tail = PlantedDataTests.Rows(data.TrainingFile).Chunk(D).Skip(Training - (Alive - HeldOut)).ToArray();
        var mean = Enumerable.Range(0, D).Select(i => heldOut.Average(x => (double)x[i])).ToArray();
        var (error, variation, firings, fired) = (0.0, 0.0, 0, new bool[Features]);
        foreach (var x in heldOut)
        {
            var codes = Codes(x);
            for (var i = 0; i < D; i++)
            {
                var rebuilt = decoderBias[i] + Enumerable.Range(0, Features).Sum(f => codes[f] * decoder[f][i]);
                error += (x[i] - rebuilt) * (x[i] - rebuilt);
                variation += (x[i] - mean[i]) * (x[i] - mean[i]);
            }

            firings += codes.Count(c => c > 0);
        }

        foreach (var x in heldOut.Concat(tail))
        {
            var codes = Codes(x);
            for (var f = 0; f < Features; f++)
            {
                fired[f] |= codes[f] > 0;
            }
        }

        var cosines = data.Dictionary.Directions.Select(u => decoder.Max(v => Dot(u, v) / Math.Sqrt(Dot(v, v) * Dot(u, u)))).ToArray();
        var score = PlantedScore.Of(sae, data, Alive);
        Assert.Equal(error / variation, score.Fvu, 1e-4 * error / variation);
        Assert.Equal((double)firings / HeldOut, score.L0, 1e-9);
        Assert.InRange(score.Dead, 1.0 / Features, 0.99);
        Assert.Equal(fired.Count(f => !f) / (double)Features, score.Dead, 1e-9);
        Assert.Equal(cosines.Average(), score.Mmcs, 1e-5);
        Assert.Equal(cosines.Count(c => c > 0.9) / (double)cosines.Length, score.Recovered, 1e-9);

        double[] Codes(float[] x)
        {
            var z = Enumerable.Range(0, Features).Select(f => Math.Max(0, encoderBias[f] + Enumerable.Range(0, D).Sum(i => (double)(x[i] - decoderBias[i]) * encoder[f][i]))).ToArray();
            var least = z.OrderDescending().ElementAt(K - 1);
            return z.Select((value, f) => architecture == "topk" ? (value >= least ? value : 0) : (value > threshold[f] ? value : 0)).ToArray();
        }
    }

    [Fact]
    public void The_planted_dictionary_itself_scores_full_marks()
    {
        var planted = new PlantedDictionary(D, 5, 2, seed: 3);
        using var decoder = TorchSharp.torch.tensor(planted.Directions.Reverse().SelectMany(v => v.Select(x => 3 * x)).ToArray(), [5, D]);
        Assert.All(PlantedScore.GreatestCosines(planted, decoder), c => Assert.Equal(1, c, 1e-5));
    }

    private static FrozenSae Saved(string folder, string architecture, int k, float[][] encoder, float[] encoderBias, float[][] decoder, float[] decoderBias, float[] threshold)
    {
        // W_enc is stored as [d, F].
        var transposed = Enumerable.Range(0, D).SelectMany(i => encoder.Select(row => row[i])).ToArray();
        SafetensorsWriter.Write(Path.Combine(folder, "sae_weights.safetensors"),
        [
            ("W_enc", [D, Features], transposed),
            ("b_enc", [Features], encoderBias),
            ("W_dec", [Features, D], decoder.SelectMany(v => v).ToArray()),
            ("b_dec", [D], decoderBias),
            ("threshold", [Features], threshold),
        ]);
        File.WriteAllText(Path.Combine(folder, "cfg.json"), JsonSerializer.Serialize(new { architecture, k, d_in = D, d_sae = Features }));
        return FrozenSae.Read(folder);
    }

    private static float[][] Matrix(Random random, int rows)
        => Enumerable.Range(0, rows).Select(_ => Enumerable.Range(0, D).Select(_ => (float)(random.NextDouble() - 0.5)).ToArray()).ToArray();

    private static double Dot(float[] a, float[] b) => a.Zip(b, (p, q) => (double)p * q).Sum();
}
