using Emergence.Stages.Firing;
using Emergence.Stages.Sae.Kernels;
using Emergence.Stages.Sae.Training;
using static TorchSharp.torch;

namespace Emergence.Stages.Sae;

// The frozen SAE: what fires on the probe set.
public sealed unsafe partial class SaeTrainer
{
    private const int EncodeRows = 1024;

    private FrozenEncoder? _encoder;

    /// <summary>
    /// Encodes activations with the frozen SAE: TopK keeps each token's k greatest latents, BatchTopK every latent above
    /// <see cref="Threshold"/>. Tokens are appended to <paramref name="into"/> (reset it yourself) with features ascending and activations
    /// in raw units, and added to <paramref name="sums"/>.
    /// </summary>
    /// <param name="x"><c>[n, d]</c> float32, CPU, contiguous; any n.</param>
    /// <param name="into">Receives n tokens.</param>
    /// <param name="sums">Receives their reconstruction.</param>
    /// <exception cref="InvalidOperationException">The SAE is in training, or was never trained.</exception>
    /// <exception cref="NonFiniteActivationException">An activation is not finite; nothing was appended.</exception>
    public void Encode(Tensor x, TokenFirings into, ReconstructionSums sums) => Encode(Values(x), into, sums);

    /// <inheritdoc cref="Encode(Tensor, TokenFirings, ReconstructionSums)"/>
    /// <param name="x">n·d values, row-major.</param>
    /// <param name="into">Receives n tokens.</param>
    /// <param name="sums">Receives their reconstruction.</param>
    public void Encode(ReadOnlySpan<float> x, TokenFirings into, ReconstructionSums sums)
    {
        if (_training || Checkpoints == 0)
        {
            throw new InvalidOperationException("the SAE encodes only after EndTraining and before the next BeginCheckpoint");
        }

        var rows = Rows(x);
        if (FiniteCheck.FirstNonFinite(x) is var at and >= 0)
        {
            throw new NonFiniteActivationException(at / Dimension, at % Dimension, x[at]);
        }

        _encoder ??= new FrozenEncoder(_weights, EncodeRows);
        for (var done = 0; done < rows; done += EncodeRows)
        {
            var n = Math.Min(EncodeRows, rows - done);
            var part = x.Slice(done * Dimension, n * Dimension);
            Standardise(part, _encoder.Input, 0, n);
            _encoder.Run(part, n, _statistics, Options.Architecture == SaeArchitecture.TopK ? Options.K : null, _threshold, into, sums);
        }
    }
}
