using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Emergence.Benchmarks.Sae;

/// <summary>
/// What most people write: top-k, scatter into [B, F], two dense products, autograd, Adam, decoder rows brought back to unit norm.
/// The same loss as the trainer's without its auxiliary part.
/// </summary>
internal sealed class DenseReference : IDisposable
{
    private readonly int _k;
    private readonly bool _overBatch;
    private readonly Parameter _encoder;
    private readonly Parameter _encoderBias;
    private readonly Parameter _decoder;
    private readonly Parameter _decoderBias;
    private readonly torch.optim.Optimizer _optimiser;

    public DenseReference(int d, int features, int k, bool overBatch, double learningRate)
    {
        (_k, _overBatch) = (k, overBatch);
        using var random = randn(features, d);
        using var norms = random.pow(2).sum(1, keepdim: true).sqrt_();
        _encoder = new Parameter(random.div(norms));
        _decoder = new Parameter(random.div(norms));
        _encoderBias = new Parameter(zeros(features));
        _decoderBias = new Parameter(zeros(d));
        _optimiser = torch.optim.Adam([_encoder, _encoderBias, _decoder, _decoderBias], lr: learningRate);
    }

    public void Step(Tensor x)
    {
        using var scope = NewDisposeScope();
        var (n, features) = (x.shape[0], _encoder.shape[0]);
        var activations = (matmul(x - _decoderBias, _encoder.t()) + _encoderBias).relu();
        var wide = _overBatch ? activations.reshape(1, n * features) : activations;
        var (kept, places) = wide.topk(_overBatch ? (int)n * _k : _k, dim: 1);
        var codes = zeros_like(wide).scatter(1, places, kept).reshape(n, features);
        var loss = (matmul(codes, _decoder) + _decoderBias - x).pow(2).mean();
        _optimiser.zero_grad();
        loss.backward();
        using (no_grad())
        {
            var gradient = _decoder.grad!;
            gradient.sub_((gradient * _decoder).sum(1, keepdim: true) * _decoder);
            _optimiser.step();
            _decoder.div_(_decoder.pow(2).sum(1, keepdim: true).sqrt());
        }
    }

    public void Dispose()
    {
        _optimiser.Dispose();
        _encoder.Dispose();
        _encoderBias.Dispose();
        _decoder.Dispose();
        _decoderBias.Dispose();
    }
}
