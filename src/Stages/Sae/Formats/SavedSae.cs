using System.Numerics;
using System.Runtime.InteropServices;
using Emergence.Stages.Firing;
using Emergence.Stages.Input;
using static TorchSharp.torch;

namespace Emergence.Stages.Sae.Formats;

/// <summary>
/// An SAE that some library saved in the layout of SAELens 6 or sparsify, frozen, for raw activations. libtorch computes the encoder
/// product with its own threads (<c>torch.set_num_threads</c>). Not safe for concurrent calls.
/// </summary>
/// <remarks>
/// With xc = x − b_dec: v = xc·W_enc + b_enc (x·W_enc where the SAE does not centre), f the k greatest v &gt; 0, or every v above its
/// latent's threshold; x̂ = f·W_dec + b_dec. Of equal v the lower latent wins.
/// </remarks>
public sealed class SavedSae : IDisposable
{
    private const int MostRows = 1024;
    private const long PieceBytes = 64 << 20;

    private readonly SavedWeights _saved;
    private readonly SavedSelection _selection;
    private readonly Tensor _encoder;
    private readonly Tensor _input;
    private readonly Tensor _products;
    private readonly float[] _centred;
    private readonly float[] _rebuilt;
    private readonly int _rows;

    private SavedSae(SaeFormat format, SavedWeights saved)
    {
        Format = format;
        _saved = saved;
        _selection = new SavedSelection(saved);
        _centred = new float[Dimension];
        _rebuilt = new float[Dimension];
        _rows = PieceRows(Features, Dimension);
        using var scope = NewDisposeScope();
        using var encoder = tensor(saved.Encoder, [Features, Dimension]);
        _encoder = encoder.t().DetachFromDisposeScope();
        _input = zeros(_rows, Dimension, dtype: ScalarType.Float32, device: CPU).DetachFromDisposeScope();
        _products = zeros(_rows, Features, dtype: ScalarType.Float32, device: CPU).DetachFromDisposeScope();
    }

    /// <summary>The layout it was read from.</summary>
    public SaeFormat Format { get; }

    /// <summary>The architecture as the layout names it: <c>topk</c>, <c>jumprelu</c> or <c>standard</c>.</summary>
    public string Architecture => _saved.Architecture;

    /// <summary>Active latents per row; null where thresholds decide.</summary>
    public int? K => _saved.K;

    /// <summary>d.</summary>
    public int Dimension => _saved.DecoderBias.Length;

    /// <summary>F.</summary>
    public int Features => _saved.EncoderBias.Length;

    /// <summary>What the files hold.</summary>
    internal SavedWeights Weights => _saved;

    /// <summary>Reads an SAE from its folder.</summary>
    /// <param name="folder">A folder with <c>cfg.json</c> and <c>sae_weights.safetensors</c> (SAELens) or <c>sae.safetensors</c> (sparsify).</param>
    /// <exception cref="BadInputException">It is not such a folder, its files do not fit each other, or it has an option that is not computed here.</exception>
    public static SavedSae Load(string folder)
    {
        var lens = File.Exists(Path.Combine(folder, SaeLensFolder.WeightsFile));
        var sparsify = File.Exists(Path.Combine(folder, SparsifyFolder.WeightsFile));
        if (lens == sparsify)
        {
            throw new BadInputException(
                folder, "", $"it has {(lens ? "both" : "neither")} {SaeLensFolder.WeightsFile} {(lens ? "and" : "nor")} {SparsifyFolder.WeightsFile}",
                "Name a folder with one SAE as SAELens or sparsify saves it");
        }

        var saved = lens ? SaeLensReader.Read(folder) : SparsifyReader.Read(folder);
        if (saved.K > saved.EncoderBias.Length)
        {
            throw new BadInputException(Path.Combine(folder, SaeLensFolder.ConfigFile), "k", $"it is {saved.K}, but there are {saved.EncoderBias.Length} latents", "Check that cfg.json belongs to these weights");
        }

        return new SavedSae(lens ? SaeFormat.SaeLens : SaeFormat.Sparsify, saved);
    }

    /// <summary>Encodes raw activations; rows are appended to <paramref name="into"/> with features ascending, and added to <paramref name="sums"/>.</summary>
    /// <param name="x">n·d values, row-major.</param>
    /// <param name="into">Receives n rows.</param>
    /// <param name="sums">Receives their reconstruction, in raw units.</param>
    /// <exception cref="NonFiniteActivationException">An activation is not finite; nothing was appended.</exception>
    public void Encode(ReadOnlySpan<float> x, TokenFirings into, ReconstructionSums sums)
    {
        RefuseNonFinite(x);
        for (var at = 0; at < x.Length; at += _rows * Dimension)
        {
            var piece = x[at..Math.Min(x.Length, at + (_rows * Dimension))];
            var products = Products(piece);
            for (var r = 0; r < piece.Length / Dimension; r++)
            {
                var row = piece.Slice(r * Dimension, Dimension);
                var count = _selection.Run(products.Slice(r * Features, Features));
                for (var i = 0; i < count; i++)
                {
                    into.Add(_selection.Latents[i], _selection.Values[i]);
                }

                into.EndToken();
                Rebuild(count, _rebuilt);
                Compare(row, _selection.Latents.AsSpan(0, count), sums);
            }
        }
    }

    /// <summary>Rebuilds raw activations, x̂.</summary>
    /// <param name="x">n·d values, row-major.</param>
    /// <param name="into">Receives as many.</param>
    /// <exception cref="NonFiniteActivationException">An activation is not finite; nothing was written.</exception>
    public void Reconstruct(ReadOnlySpan<float> x, Span<float> into)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(into.Length, x.Length);
        RefuseNonFinite(x);
        for (var at = 0; at < x.Length; at += _rows * Dimension)
        {
            var piece = x[at..Math.Min(x.Length, at + (_rows * Dimension))];
            var products = Products(piece);
            for (var r = 0; r < piece.Length / Dimension; r++)
            {
                Rebuild(_selection.Run(products.Slice(r * Features, Features)), into.Slice(at + (r * Dimension), Dimension));
            }
        }
    }

    /// <summary>Frees the native memory.</summary>
    public void Dispose()
    {
        _encoder.Dispose();
        _input.Dispose();
        _products.Dispose();
    }

    /// <summary>Rows encoded at a time: neither they nor their products take more than 64 MiB, unless one row does.</summary>
    internal static int PieceRows(int features, int dimension) => (int)Math.Clamp(PieceBytes / (4L * Math.Max(features, dimension)), 1, MostRows);

    private ReadOnlySpan<float> Products(ReadOnlySpan<float> x)
    {
        var rows = x.Length / Dimension;
        var input = MemoryMarshal.Cast<byte, float>(_input.bytes)[..x.Length];
        x.CopyTo(input);
        for (var r = 0; _saved.CentreInput && r < rows; r++)
        {
            AddScaled(input.Slice(r * Dimension, Dimension), _saved.DecoderBias, -1);
        }

        using var scope = NewDisposeScope();
        _products.narrow(0, 0, rows).addmm_(_input.narrow(0, 0, rows), _encoder, beta: 0, alpha: 1);
        return MemoryMarshal.Cast<byte, float>(_products.bytes)[..(rows * Features)];
    }

    private void Rebuild(int count, Span<float> into)
    {
        _saved.DecoderBias.CopyTo(into);
        for (var i = 0; i < count; i++)
        {
            AddScaled(into, _saved.Decoder.AsSpan(_selection.Latents[i] * Dimension, Dimension), _selection.Values[i]);
        }
    }

    // The sums get x − b_dec: variance does not change by a shift, and a large common offset would swallow it.
    private void Compare(ReadOnlySpan<float> x, ReadOnlySpan<int> latents, ReconstructionSums sums)
    {
        double squares = 0, errorSquares = 0, norm = 0, rebuiltNorm = 0, product = 0;
        for (var i = 0; i < x.Length; i++)
        {
            double value = x[i];
            double rebuilt = _rebuilt[i];
            _centred[i] = (float)(value - _saved.DecoderBias[i]);
            squares += (double)_centred[i] * _centred[i];
            errorSquares += (rebuilt - value) * (rebuilt - value);
            norm += value * value;
            rebuiltNorm += rebuilt * rebuilt;
            product += value * rebuilt;
        }

        sums.AddToken(_centred, latents, (float)squares, (float)errorSquares);
        sums.AddNorms(norm, rebuiltNorm, product);
    }

    private static void AddScaled(Span<float> target, ReadOnlySpan<float> source, float factor)
    {
        var lanes = Vector<float>.Count;
        var i = 0;
        for (; i + lanes <= target.Length; i += lanes)
        {
            (new Vector<float>(target[i..]) + (factor * new Vector<float>(source[i..]))).CopyTo(target[i..]);
        }

        for (; i < target.Length; i++)
        {
            target[i] += factor * source[i];
        }
    }

    private void RefuseNonFinite(ReadOnlySpan<float> x)
    {
        if (x.Length % Dimension != 0)
        {
            throw new ArgumentException($"{x.Length} values are not whole activations of dimension {Dimension}", nameof(x));
        }

        for (var i = 0; i < x.Length; i++)
        {
            if (!float.IsFinite(x[i]))
            {
                throw new NonFiniteActivationException(i / Dimension, i % Dimension, x[i]);
            }
        }
    }
}
