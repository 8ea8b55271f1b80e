using static TorchSharp.torch;

namespace Emergence.Stages.Sae.Cores.Tensors;

/// <summary>Adam (arXiv 1412.6980) with bias correction over all parameters at once.</summary>
internal sealed class TensorAdam : IDisposable
{
    private readonly double _beta2;

    public TensorAdam(int features, int dimension, bool thresholds, double beta2, Device device)
    {
        _beta2 = beta2;
        First = new ParameterSet(features, dimension, thresholds, device);
        Second = new ParameterSet(features, dimension, thresholds, device);
    }

    /// <summary>First moments.</summary>
    public ParameterSet First { get; }

    /// <summary>Second moments.</summary>
    public ParameterSet Second { get; }

    /// <summary>Steps since the moments were fresh.</summary>
    public long Steps { get; set; }

    /// <summary>Forgets both moments and the step count.</summary>
    public void Reset()
    {
        First.All.zero_();
        Second.All.zero_();
        Steps = 0;
    }

    /// <summary>One step; uses up the gradients.</summary>
    /// <param name="weights">Changed.</param>
    /// <param name="gradients">Of this step; their memory is overwritten.</param>
    /// <param name="clip">Factor on them.</param>
    /// <param name="learningRate">Step size.</param>
    public void Step(ParameterSet weights, ParameterSet gradients, double clip, double learningRate)
    {
        Steps++;
        var (m, v, g) = (First.All, Second.All, gradients.All);
        m.mul_(SaeDefaults.Beta1).add_(g, (1 - SaeDefaults.Beta1) * clip);
        v.mul_(_beta2).addcmul_(g, g, (1 - _beta2) * clip * clip);
        var divisor = g.copy_(v).sqrt_().mul_(1 / Math.Sqrt(1 - Math.Pow(_beta2, Steps))).add_(SaeDefaults.AdamEpsilon);
        weights.All.addcdiv_(m, divisor, -learningRate / (1 - Math.Pow(SaeDefaults.Beta1, Steps)));
    }

    public void Dispose()
    {
        First.Dispose();
        Second.Dispose();
    }
}
