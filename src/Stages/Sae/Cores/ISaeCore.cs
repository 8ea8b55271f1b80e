using Emergence.Stages.Firing;
using static TorchSharp.torch;

namespace Emergence.Stages.Sae.Cores;

/// <summary>
/// The arithmetic of one SAE on one kind of device: weights, batch, gradients, optimiser, dead-latent clocks. <see cref="SaeTrainer"/>
/// decides what happens when; a core does it. All activations inside are standardised, x̃ = s·(x − μ). Not safe for concurrent calls.
/// </summary>
/// <remarks>
/// With xc = x̃ − b_dec, z = xc·W_enc + b_enc, f the active latents' z, x̂ = f·W_dec (all without b_dec), e = x̂ − xc, n tokens:
/// <code>
/// TopK, BatchTopK   L = Σ‖e‖² / (n·d) + aux
/// Matryoshka        L = mean over prefixes m of Σ‖e_m‖² / (n·d) + aux       e_m: only latents below m; selection as BatchTopK over all
/// JumpReLU          f = z·[z > θ], θ = exp(log θ) per latent, learned; L = Σ‖e‖² / (n·d) + λ·(L0/k − 1)² + aux, L0 = active latents / n
///                   ∂L/∂z flows through active latents only; with the rectangle K(u) = [|u| ≤ ½] and bandwidth ε, for every entry
///                   ∂f/∂θ = −(θ/ε)·K((z − θ)/ε)   and   ∂[z > θ]/∂θ = −(1/ε)·K((z − θ)/ε)
/// aux               α · Σ‖ê + e‖² / Σ‖e − ē‖²; ê = a·W_dec, a the min(k_aux, dead) greatest ReLU(z) of each token among dead latents;
///                   e (of the whole dictionary) and the denominator are constants there; absent when no latent is dead
/// </code>
/// ReLU always: only z &gt; 0 is ever active. Of equal z the lower token, then the lower latent wins. After the gradients: the part of each
/// W_dec row's gradient along the row is removed, the norm of everything is clipped, Adam with bias correction, then W_dec rows are
/// brought back to unit norm. Adam's ε is <see cref="SaeDefaults.AdamEpsilon"/>.
/// </remarks>
internal interface ISaeCore : IDisposable
{
    /// <summary>Where activations passed to this core must lie.</summary>
    Device Device { get; }

    /// <summary>Seconds of steps by kernel since the latest <see cref="Begin"/>; empty where a device works on its own.</summary>
    IReadOnlyDictionary<string, double> Seconds { get; }

    /// <summary>Weights at the start: unit W_dec rows from the seed, W_enc the same rows, biases zero, log θ zero, clocks zero.</summary>
    void Initialise(ulong seed);

    /// <summary>Makes room for batches of up to <paramref name="rows"/> tokens; fresh Adam moments, step count zero.</summary>
    void Begin(int rows);

    /// <summary>Mean <c>[d]</c> and scale for the activations loaded from now on.</summary>
    void SetStatistics(ReadOnlySpan<float> mean, float scale);

    /// <summary>Index (row-major) of the first value that is not finite; −1 when all are.</summary>
    long FirstNonFinite(Tensor x);

    /// <summary>Puts raw activations <paramref name="from"/> … of <paramref name="x"/> <c>[n, d]</c> into the batch at <paramref name="at"/>.</summary>
    void Load(Tensor x, int from, int at, int rows);

    /// <summary>
    /// JumpReLU, once before the first step ever: every θ the value of the n·k-th greatest z of the batch's first n tokens, n at most 256.
    /// </summary>
    void CalibrateThresholds(int rows);

    /// <summary>One step on the first <paramref name="rows"/> tokens of the batch; when loss or gradient is not finite, weights, moments and clocks stay as they were.</summary>
    SaeStepResult Step(int rows, in SaeStepPlan plan);

    /// <summary>Encodes raw activations with standing weights; appends to <paramref name="into"/> in raw units (see <see cref="SaeTrainer.Encode(Tensor, TokenFirings, ReconstructionSums)"/>).</summary>
    /// <param name="x"><c>[n, d]</c>.</param>
    /// <param name="threshold">BatchTopK and Matryoshka: a latent fires above it, standardised.</param>
    /// <param name="into">Receives n tokens.</param>
    /// <param name="sums">Receives their reconstruction.</param>
    void Encode(Tensor x, float threshold, TokenFirings into, ReconstructionSums sums);

    /// <summary>A copy of weights and clocks, in standardised units; with Adam's moments when asked.</summary>
    SaeSnapshot Snapshot(bool moments);

    /// <summary>Takes a snapshot's values over; its moments too when it has them.</summary>
    void Restore(SaeSnapshot snapshot);
}
