using Emergence.Stages.Sae;

namespace Emergence.Pipeline.Messages;

/// <summary>One layer's SAE at the end of a checkpoint: what curves need of it, taken before the next checkpoint changes it.</summary>
/// <param name="Layer">Layer, from 0.</param>
/// <param name="Width">d.</param>
/// <param name="Decoder">Unit decoder rows, <c>[F · d]</c>.</param>
/// <param name="Sums">Reconstruction of the probe set.</param>
/// <param name="Tokens">Tokens it trained on at this checkpoint.</param>
/// <param name="SecondsTrain">Seconds it trained.</param>
/// <param name="SecondsMeasure">Seconds it encoded the probe set.</param>
public sealed record LayerSnapshot(
    int Layer,
    int Width,
    float[] Decoder,
    ReconstructionSums Sums,
    long Tokens,
    double SecondsTrain,
    double SecondsMeasure);
