using Emergence.Stages.Sae.Kernels;

namespace Emergence.Stages.Sae.Training;

/// <summary>The loss's gradients, shaped like the weights. Rows of latents that are not <see cref="Active"/> are zero and not written.</summary>
internal sealed class SaeGradients : IDisposable
{
    public SaeGradients(int features, int dimension)
    {
        Encoder = new PaddedMatrix(features, dimension);
        Decoder = new PaddedMatrix(features, dimension);
        EncoderBias = new PaddedMatrix(1, features);
        DecoderBias = new PaddedMatrix(1, dimension);
        Active = new bool[features];
    }

    public PaddedMatrix Encoder { get; }

    public PaddedMatrix Decoder { get; }

    public PaddedMatrix EncoderBias { get; }

    public PaddedMatrix DecoderBias { get; }

    /// <summary>Whether a latent has a gradient.</summary>
    public bool[] Active { get; }

    /// <summary>Squared Euclidean norm of all of it.</summary>
    public double SquaredNorm { get; set; }

    public void Dispose()
    {
        Encoder.Dispose();
        Decoder.Dispose();
        EncoderBias.Dispose();
        DecoderBias.Dispose();
    }
}
