using System.Numerics;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Emergence.Demo.Trainer;

/// <summary>
/// AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101, algorithm 2) with the gradient of all parameters cut to a norm.
/// One pass over memory per parameter where a tensor library takes about ten, which is a tenth of a step here; and its
/// moments are plain arrays, which is what resuming saves. For tensors on the CPU.
/// </summary>
internal sealed class AdamW
{
    private const float Beta1 = 0.9f;
    private const float Beta2 = 0.95f;
    private const float Epsilon = 1e-8f;

    private readonly IReadOnlyList<Tensor> _parameters;
    private readonly double _weightDecay;

    /// <summary>Prepares an optimiser with moments of zero.</summary>
    /// <param name="parameters">Float32 leaves that collect gradients; they stay their owner's.</param>
    /// <param name="weightDecay">Decoupled decay of tensors of two dimensions or more; vectors (biases, norms) have none.</param>
    public AdamW(IReadOnlyList<Tensor> parameters, double weightDecay)
    {
        _parameters = parameters;
        _weightDecay = weightDecay;
        First = [.. parameters.Select(p => new float[p.numel()])];
        Second = [.. parameters.Select(p => new float[p.numel()])];
    }

    /// <summary>Running mean of the gradient, one array per parameter.</summary>
    public IReadOnlyList<float[]> First { get; }

    /// <summary>Running mean of the squared gradient, one array per parameter.</summary>
    public IReadOnlyList<float[]> Second { get; }

    /// <summary>Takes a step from the gradients that are there and drops them.</summary>
    /// <param name="step">Which step it is, from 1.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="norm">Greatest norm of all gradients together; a longer one is scaled down to it.</param>
    /// <returns>The norm before it was cut.</returns>
    public double Step(long step, double rate, double norm)
    {
        var squares = 0.0;
        foreach (var parameter in _parameters)
        {
            squares += SumOfSquares(Values(parameter.grad!));
        }

        var length = Math.Sqrt(squares);
        var scale = (float)Math.Min(1, norm / (length + 1e-6));

        // Rate and correction of the moments' start at zero in two factors: θ −= α·m / (√v·c + ε), c = 1/√(1−β₂ᵗ).
        var alpha = (float)(rate / (1 - Math.Pow(Beta1, step)));
        var correction = (float)(1 / Math.Sqrt(1 - Math.Pow(Beta2, step)));
        for (var i = 0; i < _parameters.Count; i++)
        {
            var parameter = _parameters[i];
            var keep = parameter.shape.Length >= 2 ? (float)(1 - (rate * _weightDecay)) : 1;
            Update(Values(parameter), Values(parameter.grad!), First[i], Second[i], scale, keep, alpha, correction);
            parameter.grad!.Dispose();
            parameter.grad = null;
        }

        return length;
    }

    private static Span<float> Values(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);

    private static void Update(
        Span<float> values, ReadOnlySpan<float> gradient, Span<float> first, Span<float> second, float scale, float keep, float alpha, float correction)
    {
        var width = Vector<float>.Count;
        var i = 0;
        for (; i <= values.Length - width; i += width)
        {
            var g = new Vector<float>(gradient[i..]) * scale;
            var m = (new Vector<float>(first[i..]) * Beta1) + (g * (1 - Beta1));
            var v = (new Vector<float>(second[i..]) * Beta2) + (g * g * (1 - Beta2));
            m.CopyTo(first[i..]);
            v.CopyTo(second[i..]);
            var moved = (new Vector<float>(values[i..]) * keep) - (m * alpha / ((Vector.SquareRoot(v) * correction) + new Vector<float>(Epsilon)));
            moved.CopyTo(values[i..]);
        }

        for (; i < values.Length; i++)
        {
            var g = gradient[i] * scale;
            first[i] = (first[i] * Beta1) + (g * (1 - Beta1));
            second[i] = (second[i] * Beta2) + (g * g * (1 - Beta2));
            values[i] = (values[i] * keep) - (first[i] * alpha / ((MathF.Sqrt(second[i]) * correction) + Epsilon));
        }
    }

    /// <summary>In double, so that the norm of millions of small squares is not lost.</summary>
    private static double SumOfSquares(ReadOnlySpan<float> values)
    {
        var width = Vector<float>.Count;
        var low = Vector<double>.Zero;
        var high = Vector<double>.Zero;
        var i = 0;
        for (; i <= values.Length - width; i += width)
        {
            Vector.Widen(new Vector<float>(values[i..]), out var a, out var b);
            low += a * a;
            high += b * b;
        }

        var sum = Vector.Sum(low + high);
        for (; i < values.Length; i++)
        {
            sum += (double)values[i] * values[i];
        }

        return sum;
    }
}
