using static TorchSharp.torch;

namespace Emergence.Benchmarks.Sae.Workers;

/// <summary>The encoder product alone, [B, d] · [d, F] into a reused buffer by libtorch: what no dense encoder can be faster than.</summary>
internal sealed class ProductContestant(BatchStream batches, int features) : IContestant
{
    private readonly Tensor _weights = randn(features, batches.Dimension);
    private Tensor? _transposed;
    private Tensor? _output;

    public int DeadLatents => 0;

    public void Begin(int steps, int batch, double? rate, bool free)
    {
        batches.Rewind(batch);
        _output?.Dispose();
        _output = zeros(batch, features);
        _transposed ??= _weights.t();
    }

    public void Step() => _output!.addmm_(batches.Next(), _transposed!, beta: 0, alpha: 1);

    public void End()
    {
    }

    public void Save(string folder) => throw new NotSupportedException("a product has no SAE");

    public void Dispose()
    {
        _output?.Dispose();
        _transposed?.Dispose();
        _weights.Dispose();
    }
}
