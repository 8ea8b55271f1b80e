using Emergence.Stages.Firing;
using static TorchSharp.torch;

namespace Emergence.Stages.Sae.Cores.Tensors;

/// <summary>Encodes and rebuilds tokens with weights that stand still: products and selection on the device, sums on the host.</summary>
/// <param name="options">Architecture and k.</param>
/// <param name="weights">They stand still meanwhile.</param>
internal sealed class TensorEncoder(SaeOptions options, ParameterSet weights)
{
    // Tokens at a time; bounds the memory of one [tokens, F] product.
    private const int Rows = 1024;

    /// <param name="x">Raw activations, <c>[n, d]</c>.</param>
    /// <param name="mean">μ, <c>[d]</c>.</param>
    /// <param name="scale">s.</param>
    /// <param name="threshold">BatchTopK and Matryoshka: standardised.</param>
    /// <param name="into">Receives n tokens.</param>
    /// <param name="sums">Receives their reconstruction.</param>
    public void Run(Tensor x, Tensor mean, float scale, float threshold, TokenFirings into, ReconstructionSums sums)
    {
        var all = x.size(0);
        for (var done = 0L; done < all; done += Rows)
        {
            using var scope = NewDisposeScope();
            var raw = x.narrow(0, done, Math.Min(Rows, all - done)).to(ScalarType.Float32);
            var standardised = raw.sub(mean).mul_(scale);
            var centred = standardised.sub(weights.DecoderBias);
            var codes = weights.EncoderBias.addmm(centred, weights.Encoder.t()).relu_();
            Select(codes, threshold);
            // One mask for both: an overflowed code is in neither.
            var active = codes.gt(0);
            var places = active.nonzero();
            Report(
                new Chunk(
                    Floats(raw), Floats(standardised), Floats(codes.matmul(weights.Decoder).sub_(centred)),
                    places.cpu().data<long>().ToArray(), Floats(codes.masked_select(active))),
                (int)raw.size(0), scale, into, sums);
        }
    }

    private void Select(Tensor codes, float threshold)
    {
        switch (options.Architecture)
        {
            case SaeArchitecture.TopK:
                Greatest(codes);
                break;
            case SaeArchitecture.JumpReLU:
                codes.masked_fill_(codes.le(weights.LogThreshold.exp()), 0);
                break;
            default:
                codes.masked_fill_(codes.le(threshold), 0);
                break;
        }
    }

    private void Greatest(Tensor codes)
    {
        var kept = empty_like(codes);
        var (unsure, _) = TensorSelection.Keep(codes, options.K, kept);
        if (unsure.item<bool>())
        {
            TensorSelection.KeepCounting(codes, options.K, kept);
        }

        codes.copy_(kept);
    }

    private static void Report(Chunk chunk, int rows, float scale, TokenFirings into, ReconstructionSums sums)
    {
        var d = chunk.Raw.Length / rows;
        var unit = 1 / scale;
        var latents = Enumerable.Range(0, chunk.Values.Length).Select(i => (int)chunk.Places[(2 * i) + 1]).ToArray();
        var at = 0;
        for (var r = 0; r < rows; r++)
        {
            var begin = at;
            for (; at < latents.Length && chunk.Places[2 * at] == r; at++)
            {
                // A value so small that the unit takes it to zero would be no firing to anyone who reads it.
                into.Add(latents[at], Math.Max(chunk.Values[at] * unit, float.Epsilon));
            }

            into.EndToken();
            var x = chunk.Standardised.AsSpan(r * d, d);
            var e = chunk.Error.AsSpan(r * d, d);
            sums.AddToken(x, latents.AsSpan(begin, at - begin), (float)Squares(x), (float)Squares(e));
            Compare(chunk.Raw.AsSpan(r * d, d), e, unit, sums);
        }
    }

    // Norms and product of x and x̂ = x + e/s as the model sees them.
    private static void Compare(ReadOnlySpan<float> raw, ReadOnlySpan<float> e, float unit, ReconstructionSums sums)
    {
        var (squares, rebuilt, product) = (0.0, 0.0, 0.0);
        for (var i = 0; i < raw.Length; i++)
        {
            double x = raw[i];
            var y = x + (e[i] * (double)unit);
            squares += x * x;
            rebuilt += y * y;
            product += x * y;
        }

        sums.AddNorms(squares, rebuilt, product);
    }

    private static double Squares(ReadOnlySpan<float> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += (double)value * value;
        }

        return sum;
    }

    private static float[] Floats(Tensor values) => values.cpu().contiguous().data<float>().ToArray();

    /// <summary>What came back from the device, row-major.</summary>
    /// <param name="Raw">x, <c>[n, d]</c>.</param>
    /// <param name="Standardised">x̃, <c>[n, d]</c>.</param>
    /// <param name="Error">x̂ − x̃, <c>[n, d]</c>.</param>
    /// <param name="Places">Token and latent of each firing, <c>[firings, 2]</c>, ascending.</param>
    /// <param name="Values">Their activations, standardised.</param>
    private readonly record struct Chunk(float[] Raw, float[] Standardised, float[] Error, long[] Places, float[] Values);
}
