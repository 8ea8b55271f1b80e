using Emergence.Stages.Sae.Kernels;
using Emergence.Stages.Sae.Training;

namespace Emergence.Stages.Sae.Cores.Cpu;

/// <summary>
/// AuxK (arXiv 2406.04093): the k_aux strongest dead latents of each token try to rebuild what the others left over. The rest is taken
/// as given (detached) and the loss is divided by the rest's variance, so that it does not fade as reconstruction gets better.
/// Its memory is made when the first latent dies.
/// </summary>
internal sealed unsafe class AuxiliaryPass : IDisposable
{
    private readonly SaeWeights _weights;
    private readonly CpuBatch _batch;
    private readonly int _k;
    private readonly int _lastPrefix;
    private readonly double _coefficient;
    private CodePiece[] _codes = [];
    private PaddedMatrix? _errors;
    private PaddedMatrix? _bias;
    private LatentIndex? _index;
    private int _deadCount;

    public AuxiliaryPass(SaeOptions options, SaeWeights weights, CpuBatch batch)
    {
        (_weights, _batch) = (weights, batch);
        _coefficient = options.AuxCoefficient;
        _k = Math.Min(weights.Features, options.AuxLatents ?? Math.Max(1, weights.Dimension / 2));
        _lastPrefix = options.PrefixEnds(weights.Dimension).Length - 1;
    }

    /// <summary>Whether the batch has an auxiliary loss: some latent is dead, and the rest varies.</summary>
    public bool Runs { get; private set; }

    /// <summary>ê + e of each token: what the dead latents did not rebuild.</summary>
    public PaddedMatrix Errors => _errors!;

    /// <summary>The dead latents' codes, latent by latent.</summary>
    public LatentIndex Index => _index!;

    /// <summary>Before the batch: who is dead.</summary>
    public void Begin(ReadOnlySpan<long> silentTokens, long deadAfter)
    {
        _deadCount = 0;
        foreach (var silent in silentTokens)
        {
            _deadCount += silent > deadAfter ? 1 : 0;
        }

        Runs = _deadCount > 0;
        if (!Runs)
        {
            return;
        }

        if (_errors is null)
        {
            _errors = new PaddedMatrix(_batch.Capacity, _weights.Dimension);
            _bias = SaeWeights.NewBias(_weights.Features);
            _index = new LatentIndex(_weights.Features, _batch.Pieces, checked(_batch.Capacity * _k));
            _codes = new CodePiece[_batch.Pieces];
            for (var p = 0; p < _codes.Length; p++)
            {
                _codes[p] = new CodePiece(_batch.PieceRows, _k);
            }
        }

        for (var f = 0; f < _weights.Features; f++)
        {
            _bias!.First[f] = silentTokens[f] > deadAfter ? _weights.EncoderBias.First[f] : float.NegativeInfinity;
        }
    }

    /// <summary>A piece's codes, while its products are at hand.</summary>
    public void Select(int piece, PieceEncoder encoder, int rows)
    {
        if (!Runs)
        {
            return;
        }

        var codes = _codes[piece];
        codes.Clear();
        for (var r = 0; r < rows; r++)
        {
            var count = encoder.TopK(r, _bias!.First, Math.Min(_k, _deadCount));
            codes.Add(encoder.Indices[..count], encoder.Values[..count]);
        }
    }

    /// <summary>A piece's errors and slopes, once its main errors are known.</summary>
    public void Decode(int piece)
    {
        if (!Runs)
        {
            return;
        }

        var codes = _codes[piece];
        var n = _batch.Input.Stride;
        _index!.CountPiece(piece, codes);
        fixed (int* latents = codes.Latents)
        fixed (float* values = codes.Values)
        fixed (float* slopes = codes.Slopes)
        {
            for (var r = 0; r < codes.Rows; r++)
            {
                var row = _batch.First(piece) + r;
                var (start, count) = (codes.StartOf(r), codes.EndOf(r) - codes.StartOf(r));
                var rest = _errors!.Row(row);
                RowMath.Scale(rest, _batch.Errors.Row((_lastPrefix * _batch.Capacity) + row), n, _lastPrefix + 1);
                RowMath.AddWeightedRows(rest, n, _weights.Decoder.First, latents + start, values + start, count);
                RowMath.Dots(slopes + start, rest, n, _weights.Decoder.First, latents + start, count);
            }
        }
    }

    /// <summary>The factor on gradients, 2α / Σ‖e − ē‖²; gives the loss up when the rest does not vary beyond the rounding of its sums.</summary>
    public float Factor(double variation, double squares)
    {
        Runs = Runs && variation > SaeDefaults.LeastVariation * squares && double.IsFinite(variation);
        return Runs ? (float)(2 * _coefficient / variation) : 0;
    }

    /// <summary>Codes of a piece.</summary>
    public CodePiece Codes(int piece) => _codes[piece];

    public void Dispose()
    {
        _errors?.Dispose();
        _bias?.Dispose();
    }
}
