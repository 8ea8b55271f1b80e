using Emergence.TestKit.Sae;
using static TorchSharp.torch;

namespace Emergence.Benchmarks.Sae.Warm;

/// <summary>How far latents keep their meaning from one checkpoint to the next.</summary>
/// <param name="Kept">Share of latents whose direction has a cosine of at least 0.7 with its own of before (the rule of the curves).</param>
/// <param name="Same">Share of planted directions that a latent told before (cosine at least 0.7) and that the same latent tells best afterwards.</param>
internal sealed record Identities(double Kept, double Same)
{
    private const double Cosine = 0.7;

    /// <summary>Compares two decoders, <c>[F·d]</c> with unit rows.</summary>
    public static Identities Of(float[] before, float[] after, int d, PlantedDictionary planted, PlantedDictionary turned)
    {
        using var scope = NewDisposeScope();
        var (a, b) = (tensor(before, [before.Length / d, d]), tensor(after, [after.Length / d, d]));
        var kept = (a * b).sum(1, keepdim: false).ge(Cosine).to(ScalarType.Float64).mean().item<double>();
        var (cosines, latent) = Best(planted, a);
        var told = cosines.ge(Cosine).to(ScalarType.Float64);
        var same = latent.eq(Best(turned, b).Latent).to(ScalarType.Float64);
        return new Identities(kept, (told * same).sum().item<double>() / told.sum().item<double>());
    }

    private static (Tensor Cosine, Tensor Latent) Best(PlantedDictionary dictionary, Tensor decoder)
    {
        var directions = tensor(dictionary.Directions.SelectMany(v => v).ToArray(), [dictionary.Directions.Length, dictionary.Dimension]);
        return directions.matmul(decoder.t()).max(1);
    }
}
