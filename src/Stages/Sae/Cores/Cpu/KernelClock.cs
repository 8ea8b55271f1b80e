using System.Diagnostics;

namespace Emergence.Stages.Sae.Cores.Cpu;

/// <summary>Kernels of a training step, for who wants to know where the time goes.</summary>
internal enum SaeKernel
{
    /// <summary>xc·W_enc.</summary>
    Product,

    /// <summary>Bias, ReLU, the choice of active latents; AuxK's too.</summary>
    Select,

    /// <summary>x̂, the error, slopes of active latents; AuxK's too.</summary>
    Decode,

    /// <summary>Codes turned round, latent by latent.</summary>
    Index,

    /// <summary>Gradient rows of both matrices.</summary>
    Gradients,

    /// <summary>Adam and unit norms.</summary>
    Optimiser,
}

/// <summary>Time by kernel, summed per worker without sharing.</summary>
internal sealed class KernelClock(int workers)
{
    // Workers write into cache lines of their own.
    private const int Stride = 16;

    private readonly long[] _ticks = new long[workers * Stride];

    /// <summary>Adds the time since <paramref name="start"/> and returns now.</summary>
    public long Add(int worker, SaeKernel kernel, long start)
    {
        var now = Stopwatch.GetTimestamp();
        _ticks[(worker * Stride) + (int)kernel] += now - start;
        return now;
    }

    /// <summary>Starts anew.</summary>
    public void Clear() => Array.Clear(_ticks);

    /// <summary>Seconds of all workers together over their number: what each kernel took of the steps' time.</summary>
    public double Seconds(SaeKernel kernel)
    {
        long sum = 0;
        for (var worker = 0; worker < workers; worker++)
        {
            sum += _ticks[(worker * Stride) + (int)kernel];
        }

        return sum / (double)Stopwatch.Frequency / workers;
    }
}
