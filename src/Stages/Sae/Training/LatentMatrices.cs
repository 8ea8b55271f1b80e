using Emergence.Stages.Sae.Kernels;

namespace Emergence.Stages.Sae.Training;

/// <summary>
/// Numbers shaped like the parameters: gradients, or one of Adam's moments. Encoder and decoder rows <c>[F, d]</c>, biases, and for
/// JumpReLU log thresholds.
/// </summary>
internal sealed class LatentMatrices : IDisposable
{
    public LatentMatrices(int features, int dimension)
    {
        Encoder = new PaddedMatrix(features, dimension);
        Decoder = new PaddedMatrix(features, dimension);
        EncoderBias = new PaddedMatrix(1, features);
        DecoderBias = new PaddedMatrix(1, dimension);
        LogThreshold = new PaddedMatrix(1, features);
    }

    public PaddedMatrix Encoder { get; }

    public PaddedMatrix Decoder { get; }

    public PaddedMatrix EncoderBias { get; }

    public PaddedMatrix DecoderBias { get; }

    public PaddedMatrix LogThreshold { get; }

    public void Clear()
    {
        Encoder.Clear();
        Decoder.Clear();
        EncoderBias.Clear();
        DecoderBias.Clear();
        LogThreshold.Clear();
    }

    public void Dispose()
    {
        Encoder.Dispose();
        Decoder.Dispose();
        EncoderBias.Dispose();
        DecoderBias.Dispose();
        LogThreshold.Dispose();
    }
}
