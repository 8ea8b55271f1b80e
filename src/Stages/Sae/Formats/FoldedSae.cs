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
/// <param name="Threshold">BatchTopK: a latent fires above it.</param>
/// <param name="Encoder">W_encᵀ <c>[F, d]</c>.</param>
/// <param name="EncoderBias"><c>[F]</c>.</param>
/// <param name="Decoder">W_dec <c>[F, d]</c>, unit rows.</param>
/// <param name="DecoderBias"><c>[d]</c>.</param>
internal sealed record FoldedSae(
    int Dimension,
    int Features,
    SaeArchitecture Architecture,
    int K,
    float Threshold,
    float[] Encoder,
    float[] EncoderBias,
    float[] Decoder,
    float[] DecoderBias)
{
    public static FoldedSae From(SaeSnapshot snapshot, InputStatistics statistics, SaeOptions options, float threshold)
    {
        var scale = (double)statistics.Scale;
        var encoderBias = snapshot.Weights[1];
        for (var f = 0; f < encoderBias.Length; f++)
        {
            encoderBias[f] = (float)(encoderBias[f] / scale);
        }

        var decoderBias = snapshot.Weights[3];
        for (var i = 0; i < decoderBias.Length; i++)
        {
            decoderBias[i] = (float)(statistics.Mean[i] + (decoderBias[i] / scale));
        }

        return new FoldedSae(
            decoderBias.Length, encoderBias.Length, options.Architecture, options.K, (float)(threshold / scale),
            snapshot.Weights[0], encoderBias, snapshot.Weights[2], decoderBias);
    }
}
