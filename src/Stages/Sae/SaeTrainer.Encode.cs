using Emergence.Stages.Firing;
using Emergence.Stages.Sae.Kernels;
using static TorchSharp.torch;

namespace Emergence.Stages.Sae;

// The frozen SAE: what fires on the probe set.
public sealed partial class SaeTrainer
{
    /// <summary>
    /// Encodes activations with the frozen SAE: TopK keeps each token's k greatest latents, BatchTopK and Matryoshka every
    /// latent above <see cref="Threshold"/>, JumpReLU every latent above its own threshold. Tokens are appended to <paramref name="into"/> (reset it yourself) with features ascending and activations
    /// in raw units, and added to <paramref name="sums"/>.
    /// </summary>
    /// <param name="x"><c>[n, d]</c> float32, CPU, contiguous; any n.</param>
    /// <param name="into">Receives n tokens.</param>
    /// <param name="sums">Receives their reconstruction.</param>
    /// <exception cref="InvalidOperationException">The SAE is in training, or was never trained.</exception>
    /// <exception cref="NonFiniteActivationException">An activation is not finite; nothing was appended.</exception>
    public void Encode(Tensor x, TokenFirings into, ReconstructionSums sums)
    {
        RequireFrozen();
        _ = Rows(x);
        if (x.device_type != _core.Device.type)
        {
            using var moved = x.to(_core.Device);
            Encode(moved, into, sums);
            return;
        }

        if (_core.FirstNonFinite(x) is var at and >= 0)
        {
            using var flat = x.reshape(-1);
            using var value = flat[at];
            throw new NonFiniteActivationException((int)(at / Dimension), (int)(at % Dimension), value.cpu().item<float>());
        }

        _core.Encode(x, _threshold, into, sums);
    }

    /// <inheritdoc cref="Encode(Tensor, TokenFirings, ReconstructionSums)"/>
    /// <param name="x">n·d values, row-major, in this process's memory.</param>
    /// <param name="into">Receives n tokens.</param>
    /// <param name="sums">Receives their reconstruction.</param>
    public void Encode(ReadOnlySpan<float> x, TokenFirings into, ReconstructionSums sums)
    {
        RequireFrozen();
        var rows = Rows(x);
        if (FiniteCheck.FirstNonFinite(x) is var at and >= 0)
        {
            throw new NonFiniteActivationException(at / Dimension, at % Dimension, x[at]);
        }

        for (var done = 0; done < rows; done += StagedRows)
        {
            var n = Math.Min(StagedRows, rows - done);
            using var scope = NewDisposeScope();
            _core.Encode(Stage(x.Slice(done * Dimension, n * Dimension)).narrow(0, 0, n).to(_core.Device), _threshold, into, sums);
        }
    }

    private void RequireFrozen()
    {
        if (_training || Checkpoints == 0)
        {
            throw new InvalidOperationException("the SAE encodes only after EndTraining and before the next BeginCheckpoint");
        }
    }
}
