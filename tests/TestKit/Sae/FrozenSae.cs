using System.Text.Json;
using Emergence.Stages.Models.Safetensors;
using static TorchSharp.torch;

namespace Emergence.TestKit.Sae;

/// <summary>
/// An SAE read back from a folder in SAELens's layout and computed by its formula, as another tool would: it shares no code with the
/// trainer. f = TopK(ReLU((x − b_dec) W_enc + b_enc), k), or f = z·[z &gt; θ] with z = ReLU(…) for "jumprelu"; x̂ = f W_dec + b_dec.
/// </summary>
public sealed class FrozenSae : IDisposable
{
    private readonly Tensor _encoder;
    private readonly Tensor _encoderBias;
    private readonly Tensor _decoder;
    private readonly Tensor _decoderBias;
    private readonly Tensor? _threshold;
    private readonly int _k;

    private FrozenSae(SafetensorsFile file, JsonElement config)
    {
        var (d, features) = (config.GetProperty("d_in").GetInt64(), config.GetProperty("d_sae").GetInt64());
        _encoder = tensor(file.ReadFloats("W_enc"), [d, features]);
        _encoderBias = tensor(file.ReadFloats("b_enc"), [features]);
        _decoder = tensor(file.ReadFloats("W_dec"), [features, d]);
        _decoderBias = tensor(file.ReadFloats("b_dec"), [d]);
        switch (config.GetProperty("architecture").GetString())
        {
            case "topk":
                _k = config.GetProperty("k").GetInt32();
                break;
            case "jumprelu":
                _threshold = tensor(file.ReadFloats("threshold"), [features]);
                break;
            case var other:
                throw new InvalidDataException($"{file.Path}: no formula here for architecture {other}");
        }
    }

    /// <summary>F.</summary>
    public int Features => (int)_encoder.shape[1];

    /// <summary>W_dec, <c>[F, d]</c>; owned by this object.</summary>
    public Tensor Decoder => _decoder;

    /// <summary>Reads <c>sae_weights.safetensors</c> and <c>cfg.json</c>.</summary>
    /// <param name="folder">Where they are.</param>
    public static FrozenSae Read(string folder)
    {
        using var file = SafetensorsFile.Open(Path.Combine(folder, "sae_weights.safetensors"));
        using var config = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "cfg.json")));
        return new FrozenSae(file, config.RootElement);
    }

    /// <summary>Activations of the latents, <c>[n, F]</c>, zero where a latent does not fire.</summary>
    /// <param name="x"><c>[n, d]</c>.</param>
    public Tensor Encode(Tensor x)
    {
        using var scope = NewDisposeScope();
        var active = ((x - _decoderBias).matmul(_encoder) + _encoderBias).relu();
        if (_threshold is not null)
        {
            return (active * active.gt(_threshold)).MoveToOuterDisposeScope();
        }

        var (values, latents) = active.topk(_k, dim: 1);
        return zeros_like(active).scatter(1, latents, values).MoveToOuterDisposeScope();
    }

    /// <summary>x̂, <c>[n, d]</c>.</summary>
    /// <param name="codes"><c>[n, F]</c>.</param>
    public Tensor Decode(Tensor codes)
    {
        using var scope = NewDisposeScope();
        return (codes.matmul(_decoder) + _decoderBias).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var part in new[] { _encoder, _encoderBias, _decoder, _decoderBias, _threshold })
        {
            part?.Dispose();
        }
    }
}
