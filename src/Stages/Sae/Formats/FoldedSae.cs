using Emergence.Stages.Sae.Cores;
using Emergence.Stages.Sae.Training;

namespace Emergence.Stages.Sae.Formats;

/// <summary>
/// An SAE for raw activations. With x̃ = s(x − μ): b_dec' = μ + b_dec/s, W_enc' = W_enc, b_enc' = b_enc/s, threshold' = threshold/s,
/// W_dec' = W_dec give f' = f/s and x̂' = f'·W_dec + b_dec' = μ + x̃̂/s, with decoder rows still of unit norm.
/// </summary>
/// <param name="Dimension">d.</param>
/// <param name="Features">F.</param>
/// <param name="Architecture">How latents are chosen.</param>
/// <param name="K">Active latents per token.</param>
/// <param name="Thresholds"><c>[F]</c>: each latent fires above its own; null for TopK, where the k greatest do.</param>
/// <param name="Encoder">W_encᵀ <c>[F, d]</c>.</param>
/// <param name="EncoderBias"><c>[F]</c>.</param>
/// <param name="Decoder">W_dec <c>[F, d]</c>, unit rows.</param>
/// <param name="DecoderBias"><c>[d]</c>.</param>
internal sealed record FoldedSae(
    int Dimension,
    int Features,
    SaeArchitecture Architecture,
    int K,
    float[]? Thresholds,
    float[] Encoder,
    float[] EncoderBias,
    float[] Decoder,
    float[] DecoderBias)
{
    /// <summary>Folds what a core holds.</summary>
    /// <param name="snapshot">In standardised units.</param>
    /// <param name="statistics">Mean and scale.</param>
    /// <param name="options">Architecture and k.</param>
    /// <param name="threshold">Standardised, for BatchTopK and Matryoshka; JumpReLU's are in the snapshot.</param>
    public static FoldedSae From(SaeSnapshot snapshot, InputStatistics statistics, SaeOptions options, float threshold)
    {
        var thresholds = new float[snapshot.Weights[1].Length];
        Array.Fill(thresholds, threshold);
        for (var f = 0; f < snapshot.Weights[4].Length; f++)
        {
            thresholds[f] = MathF.Exp(snapshot.Weights[4][f]);
        }

        return From(
            options, snapshot.Weights[0], snapshot.Weights[1], snapshot.Weights[2], snapshot.Weights[3], statistics.Mean, statistics.Scale, thresholds);
    }

    /// <summary>Folds an SAE given as plain arrays, row-major, in standardised units.</summary>
    /// <param name="options">Architecture and k.</param>
    /// <param name="encoder">W_encᵀ <c>[F, d]</c>.</param>
    /// <param name="encoderBias"><c>[F]</c>.</param>
    /// <param name="decoder">W_dec <c>[F, d]</c>, unit rows.</param>
    /// <param name="decoderBias"><c>[d]</c>.</param>
    /// <param name="mean">μ <c>[d]</c>.</param>
    /// <param name="scale">s.</param>
    /// <param name="thresholds"><c>[F]</c>; not used for TopK.</param>
    public static FoldedSae From(
        SaeOptions options,
        ReadOnlySpan<float> encoder,
        ReadOnlySpan<float> encoderBias,
        ReadOnlySpan<float> decoder,
        ReadOnlySpan<float> decoderBias,
        ReadOnlySpan<float> mean,
        double scale,
        ReadOnlySpan<float> thresholds)
    {
        var bias = new float[decoderBias.Length];
        for (var i = 0; i < bias.Length; i++)
        {
            bias[i] = (float)(mean[i] + (decoderBias[i] / scale));
        }

        return new FoldedSae(
            decoderBias.Length, encoderBias.Length, options.Architecture, options.K,
            options.Architecture == SaeArchitecture.TopK ? null : Divided(thresholds, scale),
            encoder.ToArray(), Divided(encoderBias, scale), decoder.ToArray(), bias);
    }

    /// <summary>The architecture as the files' provenance names it.</summary>
    public string TrainedAs => Architecture switch
    {
        SaeArchitecture.TopK => "topk",
        SaeArchitecture.BatchTopK => "batchtopk",
        SaeArchitecture.JumpReLU => "jumprelu",
        _ => "matryoshka",
    };

    private static float[] Divided(ReadOnlySpan<float> values, double scale)
    {
        var result = new float[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            result[i] = (float)(values[i] / scale);
        }

        return result;
    }
}
