using static TorchSharp.torch;

namespace Emergence.Stages.Sae.Cores.Tensors;

/// <summary>
/// Forward and backward of one batch, gradients by hand. The codes are scattered into <c>[n, F]</c> and the products are dense: on a GPU
/// that is faster than gathering k rows per token up to widths of some 10⁴ latents, and unlike atomic additions it gives the same bits every
/// time. With c = 2/(n·d·P) for P prefixes, S_b = Σ e_m over the prefixes that contain block b of the latents:
/// <code>
/// ∂L/∂f = c·S_b·W_dec[b]ᵀ    ∂L/∂W_dec[b] = c·f[:, b]ᵀ·S_b    ∂L/∂z = ∂L/∂f where f &gt; 0
/// ∂L/∂W_encᵀ = (∂L/∂z)ᵀ·xc   ∂L/∂b_enc = Σ_tokens ∂L/∂z       ∂L/∂b_dec = c·Σ_tokens S_0 − ∂L/∂b_enc·W_encᵀ
/// </code>
/// </summary>
/// <param name="options">Architecture, k, bandwidth.</param>
/// <param name="ends">Where each prefix ends, ascending.</param>
/// <param name="weights">What the gradients are for.</param>
/// <param name="gradients">Receives them.</param>
internal sealed class TensorPass(SaeOptions options, int[] ends, ParameterSet weights, ParameterSet gradients)
{
    private readonly TensorAuxiliary _auxiliary = new(options, weights, gradients);

    /// <summary>Whether decoding and gradients round their factors to bfloat16. The encoder product never does: at 8 bits the latents at the selection's bound would tie.</summary>
    public bool BFloat16 { get; set; }

    /// <summary>Whether selection counts every tie. Costs time; needed when the outcome was unsure without.</summary>
    public bool CountTies { get; set; }

    /// <summary>xc and z of the batch's first rows.</summary>
    public void Encode(TensorScratch scratch, int rows)
    {
        var centred = First(scratch.Centred, rows);
        centred.copy_(First(scratch.Batch, rows)).sub_(weights.DecoderBias);
        First(scratch.Activations, rows).addmm_(centred, weights.Encoder.t(), 0, 1).add_(weights.EncoderBias);
    }

    /// <summary>Computes gradients and what the step reports, all left on the device.</summary>
    /// <param name="scratch">The batch.</param>
    /// <param name="rows">Tokens in it.</param>
    /// <param name="dead">Dead latents, ascending; null when there are none.</param>
    /// <param name="sparsityWeight">λ.</param>
    public Outcome Run(TensorScratch scratch, int rows, Tensor? dead, double sparsityWeight)
    {
        using var scope = NewDisposeScope();
        var products = new TensorProducts(BFloat16);
        gradients.All.zero_();
        Encode(scratch, rows);
        var z = First(scratch.Activations, rows);
        var f = First(scratch.Codes, rows);
        var (unsure, smallest) = Select(z, f);
        var loss = Decode(scratch, rows, f, products);
        if (dead is not null)
        {
            var unsureToo = _auxiliary.Run(First(scratch.Centred, rows), z, Error(scratch, ends.Length - 1, rows), dead, products, CountTies);
            unsure = unsure.logical_or(unsureToo);
        }

        Backward(scratch, rows, z, f, sparsityWeight, products);
        return new Outcome(
            loss.MoveToOuterDisposeScope(), smallest.MoveToOuterDisposeScope(), f.amax(0).gt(0).MoveToOuterDisposeScope(), unsure.MoveToOuterDisposeScope());
    }

    private (Tensor Unsure, Tensor Smallest) Select(Tensor z, Tensor f)
    {
        var none = zeros(1, device: z.device).squeeze();
        if (options.Architecture == SaeArchitecture.JumpReLU)
        {
            f.copy_(z).masked_fill_(z.le(weights.LogThreshold.exp()), 0).relu_();
            return (none.gt(0), none);
        }

        var perToken = options.Architecture == SaeArchitecture.TopK;
        var (from, into) = perToken ? (z.relu_(), f) : (z.relu_().view(1, -1), f.view(1, -1));
        var k = perToken ? options.K : checked(options.K * (int)z.size(0));
        var (unsure, least) = CountTies ? (none.gt(0), TensorSelection.KeepCounting(from, k, into)) : TensorSelection.Keep(from, k, into);
        return (unsure, perToken ? none : least);
    }

    // e_m of every prefix, each from the one before it; returns Σ‖e‖²/(n·d) of the whole dictionary.
    private Tensor Decode(TensorScratch scratch, int rows, Tensor f, TensorProducts products)
    {
        for (var p = 0; p < ends.Length; p++)
        {
            var (begin, count) = Block(p);
            var e = Error(scratch, p, rows);
            e.copy_(p == 0 ? First(scratch.Centred, rows) : Error(scratch, p - 1, rows));
            products.Add(e, f.narrow(1, begin, count), weights.Decoder.narrow(0, begin, count), p == 0 ? -1 : 1, 1);
        }

        return Error(scratch, ends.Length - 1, rows).square().mean();
    }

    private void Backward(TensorScratch scratch, int rows, Tensor z, Tensor f, double sparsityWeight, TensorProducts products)
    {
        var c = (float)(2.0 / ((double)scratch.Batch.size(1) * rows * ends.Length));
        var g = First(scratch.Products, rows);
        for (var p = ends.Length - 1; p >= 0; p--)
        {
            var (begin, count) = Block(p);
            var sum = Error(scratch, p, rows);
            if (p < ends.Length - 1)
            {
                sum.add_(Error(scratch, p + 1, rows));
            }

            products.Set(g.narrow(1, begin, count), sum, weights.Decoder.narrow(0, begin, count).t(), c);
            products.Add(gradients.Decoder.narrow(0, begin, count), f.narrow(1, begin, count).t(), sum, 1, c);
        }

        if (options.Architecture == SaeArchitecture.JumpReLU)
        {
            Thresholds(z, f, g, sparsityWeight);
        }

        g.masked_fill_(f.eq(0), 0);
        products.Add(gradients.Encoder, g.t(), First(scratch.Centred, rows), 1, 1);
        gradients.EncoderBias.add_(g.sum(0L));
        gradients.DecoderBias.copy_(Error(scratch, 0, rows).sum(0L)).mul_(c).sub_(gradients.EncoderBias.unsqueeze(0).mm(weights.Encoder).squeeze(0));
    }

    // ∂L/∂log θ = θ·∂L/∂θ; both pseudo-derivatives live in the window |z − θ| ≤ ε/2, whether the latent is active or not.
    private void Thresholds(Tensor z, Tensor f, Tensor g, double sparsityWeight)
    {
        var theta = weights.LogThreshold.exp();
        var window = z.sub(theta).div_(options.Bandwidth).abs_().le_(0.5);
        var level = f.count_nonzero().to(ScalarType.Float32).div_((double)z.size(0) * options.K).sub_(1);
        var slope = level.mul_(2 * sparsityWeight / ((double)options.K * z.size(0)));
        var penalty = window.sum(0L).mul_(slope);
        var rebuilt = window.mul_(g).sum(0L).mul_(theta);
        gradients.LogThreshold.copy_(rebuilt.add_(penalty).mul_(theta)).div_(-options.Bandwidth);
    }

    private (long Begin, long Count) Block(int p)
    {
        var begin = p == 0 ? 0 : ends[p - 1];
        return (begin, ends[p] - begin);
    }

    private static Tensor First(Tensor tensor, int rows) => tensor.narrow(0, 0, rows);

    private static Tensor Error(TensorScratch scratch, int prefix, int rows) => scratch.Errors.select(0, prefix).narrow(0, 0, rows);

    /// <param name="Loss">Σ‖e‖²/(n·d) of the whole dictionary; a scalar.</param>
    /// <param name="SmallestKept">Least activation kept over the batch, or 0; a scalar.</param>
    /// <param name="Fired"><c>[F]</c>: whether each latent was active.</param>
    /// <param name="Unsure">Whether ties may have been selected wrongly: run again with <see cref="CountTies"/>; a scalar.</param>
    internal readonly record struct Outcome(Tensor Loss, Tensor SmallestKept, Tensor Fired, Tensor Unsure);
}
