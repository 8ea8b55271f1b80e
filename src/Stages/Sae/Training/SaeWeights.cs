using Emergence.Stages.Sae.Kernels;

namespace Emergence.Stages.Sae.Training;

/// <summary>
/// W_enc and W_dec, both <c>[F, d]</c> (a latent's row is contiguous), b_enc <c>[F]</c> and b_dec <c>[d]</c>, in standardised units.
/// </summary>
internal sealed unsafe class SaeWeights : IDisposable
{
    public SaeWeights(int features, int dimension)
    {
        Features = features;
        Dimension = dimension;
        // The encoder has rows for the padding too, so that libtorch writes whole padded rows of products; −∞ silences them.
        Encoder = new PaddedMatrix(PaddedMatrix.Pad(features), dimension);
        Decoder = new PaddedMatrix(features, dimension);
        EncoderBias = NewBias(features);
        DecoderBias = new PaddedMatrix(1, dimension);
        LogThreshold = new PaddedMatrix(1, features);
        Threshold = new PaddedMatrix(1, features);
        new Span<float>(Threshold.First, Threshold.Stride).Fill(float.PositiveInfinity);
        FollowLogThreshold();
    }

    public int Features { get; }

    public int Dimension { get; }

    public PaddedMatrix Encoder { get; }

    public PaddedMatrix Decoder { get; }

    public PaddedMatrix EncoderBias { get; }

    public PaddedMatrix DecoderBias { get; }

    /// <summary>JumpReLU: log θ <c>[F]</c>, the parameter that is trained.</summary>
    public PaddedMatrix LogThreshold { get; }

    /// <summary>JumpReLU: θ <c>[F]</c>, with +∞ in the padding.</summary>
    public PaddedMatrix Threshold { get; }

    /// <summary>Brings θ up to date.</summary>
    public void FollowLogThreshold()
    {
        for (var f = 0; f < Features; f++)
        {
            Threshold.First[f] = MathF.Exp(LogThreshold.First[f]);
        }
    }

    /// <summary>A row of latents' biases: zeros, with −∞ in the padding.</summary>
    public static PaddedMatrix NewBias(int features)
    {
        var bias = new PaddedMatrix(1, features);
        new Span<float>(bias.First + features, bias.Stride - features).Fill(float.NegativeInfinity);
        return bias;
    }

    /// <summary>Decoder rows random unit vectors, encoder the same rows, biases zero.</summary>
    public void Initialise(ulong seed)
    {
        var random = new SeededNormal(seed);
        for (var f = 0; f < Features; f++)
        {
            var row = Decoder.Values(f);
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = (float)random.Next();
            }

            var norm = MathF.Sqrt(RowMath.Dot(Decoder.Row(f), Decoder.Row(f), Decoder.Stride));
            RowMath.Scale(Decoder.Row(f), Decoder.Row(f), Decoder.Stride, 1 / norm);
            row.CopyTo(Encoder.Values(f));
        }

        EncoderBias.Values(0).Clear();
        DecoderBias.Values(0).Clear();
        LogThreshold.Values(0).Clear();
        FollowLogThreshold();
    }

    public void Dispose()
    {
        Encoder.Dispose();
        Decoder.Dispose();
        EncoderBias.Dispose();
        DecoderBias.Dispose();
        LogThreshold.Dispose();
        Threshold.Dispose();
    }
}
