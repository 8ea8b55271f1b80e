using Emergence.Stages.Sae.Kernels;

namespace Emergence.Stages.Sae.Training;

/// <summary>
/// AuxK (arXiv 2406.04093): the k_aux strongest dead latents of each token try to rebuild what the others left over. The rest is taken
/// as given (detached) and the loss is divided by the rest's variance, so that it does not fade as reconstruction gets better.
/// Its memory is made when the first latent dies.
/// </summary>
internal sealed unsafe class AuxiliaryLoss : IDisposable
{
    private const int RowPiece = 32;

    private readonly SaeWeights _weights;
    private readonly KernelThreads _threads;
    private readonly TopKSelection _selection;
    private readonly int _rows;
    private readonly int _k;
    private readonly double _coefficient;
    private readonly Action<int, int, int> _decodeRows;
    private PaddedMatrix? _error;
    private PaddedMatrix? _bias;
    private SparseCodes? _codes;
    private LatentIndex? _index;
    private PaddedMatrix _mainError = null!;
    private float _factor;

    public AuxiliaryLoss(SaeWeights weights, SaeOptions options, int rows, KernelThreads threads, RowSelection[] selections)
    {
        _weights = weights;
        _threads = threads;
        _rows = rows;
        _selection = new TopKSelection(threads, selections);
        _coefficient = options.AuxCoefficient;
        _k = Math.Min(weights.Features, options.AuxLatents ?? Math.Max(1, weights.Dimension / 2));
        _decodeRows = DecodeRows;
    }

    /// <summary>Whether the latest batch has an auxiliary loss.</summary>
    public bool Ran { get; private set; }

    /// <summary>ê + e of each token: what the dead latents did not rebuild.</summary>
    public PaddedMatrix Error => _error!;

    /// <summary>The dead latents' codes, latent by latent.</summary>
    public LatentIndex Index => _index!;

    /// <summary>Computes codes and gradients of the dead latents.</summary>
    /// <param name="products">x·W_enc of the batch.</param>
    /// <param name="error">e = x̂ − x of the batch.</param>
    /// <param name="rows">Tokens in the batch.</param>
    /// <param name="dead">Whether each latent is dead.</param>
    /// <param name="deadCount">How many are.</param>
    /// <param name="variation">Σ‖e − ē‖² over the batch.</param>
    public void Run(PaddedMatrix products, PaddedMatrix error, int rows, bool[] dead, int deadCount, double variation)
    {
        Ran = deadCount > 0 && variation > 0 && double.IsFinite(variation);
        if (!Ran)
        {
            return;
        }

        _error ??= new PaddedMatrix(_rows, _weights.Dimension);
        _bias ??= SaeWeights.NewBias(_weights.Features);
        _codes ??= new SparseCodes(_rows, _k);
        _index ??= new LatentIndex(_weights.Features, checked(_rows * _k));
        for (var f = 0; f < _weights.Features; f++)
        {
            _bias.First[f] = dead[f] ? _weights.EncoderBias.First[f] : float.NegativeInfinity;
        }

        _mainError = error;
        _factor = (float)(2 * _coefficient / variation);
        _selection.Select(products, _bias, rows, _codes, Math.Min(_k, deadCount));
        _threads.For(rows, RowPiece, _decodeRows);
        _index.Build(_codes, rows, _factor);
    }

    public void Dispose()
    {
        _error?.Dispose();
        _bias?.Dispose();
    }

    private void DecodeRows(int begin, int end, int worker)
    {
        var decoder = _weights.Decoder;
        var codes = _codes!;
        for (var r = begin; r < end; r++)
        {
            var rest = _error!.Row(r);
            RowMath.Scale(rest, _mainError.Row(r), decoder.Stride, 1);
            RowMath.AddWeightedRows(rest, decoder.Stride, decoder.First, codes.LatentsOf(r), codes.ValuesOf(r));
            var last = codes.Starts[r] + codes.Counts[r];
            for (var i = codes.Starts[r]; i < last; i++)
            {
                codes.Gradients[i] = _factor * RowMath.Dot(rest, decoder.Row(codes.Latents[i]), decoder.Stride);
            }
        }
    }
}
