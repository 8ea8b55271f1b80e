using Emergence.Stages.Sae.Kernels;

namespace Emergence.Stages.Sae.Training;

/// <summary>
/// Forward and backward of one batch, gradients by hand. With xc = x − b_dec, e = x̂ − x = f·W_dec − xc and c = 2/(n·d):
/// <code>
/// L        = Σ‖e‖² / (n·d)  +  α · Σ‖ê + e‖² / Σ‖e − ē‖²      ê = a·W_dec over dead latents (AuxK, arXiv 2406.04093); e detached there
/// ∂L/∂f_j  = c · e·W_dec[j]                                    for active j only
/// ∂L/∂W_dec[j] = c · Σ_tokens f_j e,   ∂L/∂W_enc[j] = Σ_tokens ∂L/∂f_j · xc,   ∂L/∂b_enc[j] = Σ_tokens ∂L/∂f_j
/// ∂L/∂b_dec    = c · Σ_tokens e − Σ_j ∂L/∂b_enc[j] · W_enc[j]
/// </code>
/// and likewise for the dead latents with ê + e in place of e.
/// </summary>
internal sealed unsafe class TrainingPass : IDisposable
{
    private const int RowPiece = 32;
    private const int LatentPiece = 16;

    private readonly SaeWeights _weights;
    private readonly KernelThreads _threads;
    private readonly ILatentSelection _selection;
    private readonly AuxiliaryLoss? _auxiliary;
    private readonly EncoderProduct _product;
    private readonly PaddedMatrix _error;
    private readonly LatentIndex _index;
    private readonly double[] _rowLoss;
    private readonly double[] _latentNorm;
    private readonly Action<int, int, int> _decodeRows;
    private readonly Action<int, int, int> _gradientRows;
    private readonly bool _removeParallel;
    private float _factor;

    public TrainingPass(SaeWeights weights, SaeOptions options, int rows, KernelThreads threads)
    {
        _weights = weights;
        _threads = threads;
        _removeParallel = options.NormaliseDecoder;
        var selections = new RowSelection[threads.Workers];
        for (var i = 0; i < selections.Length; i++)
        {
            selections[i] = new RowSelection(PaddedMatrix.Pad(weights.Features));
        }

        _selection = options.Architecture == SaeArchitecture.TopK
            ? new TopKSelection(threads, selections)
            : new BatchTopKSelection(rows, threads, selections);
        _auxiliary = options.AuxCoefficient > 0 ? new AuxiliaryLoss(weights, options, rows, threads, selections) : null;
        Input = new PaddedMatrix(rows, weights.Dimension);
        _product = new EncoderProduct(Input, weights.Encoder);
        _error = new PaddedMatrix(rows, weights.Dimension);
        Codes = new SparseCodes(rows, options.K);
        _index = new LatentIndex(weights.Features, rows * options.K);
        Gradients = new SaeGradients(weights.Features, weights.Dimension);
        _rowLoss = new double[rows];
        _latentNorm = new double[weights.Features];
        _decodeRows = DecodeRows;
        _gradientRows = GradientRows;
    }

    /// <summary><c>[rows, d]</c>: standardised activations less b_dec; the caller fills it.</summary>
    public PaddedMatrix Input { get; }

    /// <summary>Codes of the latest batch.</summary>
    public SparseCodes Codes { get; }

    /// <summary>Gradients of the latest batch.</summary>
    public SaeGradients Gradients { get; }

    /// <summary>Smallest activation a BatchTopK batch kept; null for other architectures.</summary>
    public float? SmallestKept => (_selection as BatchTopKSelection)?.SmallestKept;

    /// <summary>x·W_enc of the input's first rows, bias not added.</summary>
    public PaddedMatrix Products(int rows)
    {
        _product.Run(rows);
        return _product.Output;
    }

    /// <summary>Computes codes, loss and gradients of the input's first <paramref name="rows"/> rows.</summary>
    /// <param name="rows">Tokens in the batch.</param>
    /// <param name="dead">Whether each latent is dead.</param>
    /// <param name="deadCount">How many are.</param>
    /// <returns>Σ‖e‖²/(n·d): the reconstruction loss without the auxiliary one.</returns>
    public double Run(int rows, bool[] dead, int deadCount)
    {
        _factor = (float)(2.0 / ((double)rows * _weights.Dimension));
        var products = Products(rows);
        _selection.Select(products, _weights.EncoderBias, rows, Codes);
        _threads.For(rows, RowPiece, _decodeRows);
        _index.Build(Codes, rows, _factor);

        var total = 0.0;
        var decoderBias = Gradients.DecoderBias;
        decoderBias.Clear();
        for (var r = 0; r < rows; r++)
        {
            total += _rowLoss[r];
            RowMath.AddScaled(decoderBias.First, _error.Row(r), decoderBias.Stride, 1);
        }

        var mean = RowMath.Dot(decoderBias.First, decoderBias.First, decoderBias.Stride) / (double)rows;
        _auxiliary?.Run(products, _error, rows, dead, deadCount, total - mean);
        _threads.For(_weights.Features, LatentPiece, _gradientRows);

        RowMath.Scale(decoderBias.First, decoderBias.First, decoderBias.Stride, _factor);
        var norm = 0.0;
        for (var f = 0; f < _weights.Features; f++)
        {
            norm += _latentNorm[f];
            if (Gradients.Active[f])
            {
                RowMath.AddScaled(decoderBias.First, _weights.Encoder.Row(f), decoderBias.Stride, -Gradients.EncoderBias.First[f]);
            }
        }

        Gradients.SquaredNorm = norm + RowMath.Dot(decoderBias.First, decoderBias.First, decoderBias.Stride);
        return total / ((double)rows * _weights.Dimension);
    }

    public void Dispose()
    {
        _product.Dispose();
        _auxiliary?.Dispose();
        _error.Dispose();
        Input.Dispose();
        Gradients.Dispose();
    }

    private void DecodeRows(int begin, int end, int worker)
    {
        var decoder = _weights.Decoder;
        for (var r = begin; r < end; r++)
        {
            var e = _error.Row(r);
            RowMath.Scale(e, Input.Row(r), decoder.Stride, -1);
            RowMath.AddWeightedRows(e, decoder.Stride, decoder.First, Codes.LatentsOf(r), Codes.ValuesOf(r));
            _rowLoss[r] = RowMath.Dot(e, e, decoder.Stride);
            var last = Codes.Starts[r] + Codes.Counts[r];
            for (var i = Codes.Starts[r]; i < last; i++)
            {
                Codes.Gradients[i] = _factor * RowMath.Dot(e, decoder.Row(Codes.Latents[i]), decoder.Stride);
            }
        }
    }

    private void GradientRows(int begin, int end, int worker)
    {
        var n = _weights.Decoder.Stride;
        for (var f = begin; f < end; f++)
        {
            var active = _index.Count(f) > 0 || (_auxiliary is { Ran: true } && _auxiliary.Index.Count(f) > 0);
            Gradients.Active[f] = active;
            _latentNorm[f] = 0;
            Gradients.EncoderBias.First[f] = 0;
            if (!active)
            {
                continue;
            }

            var decoder = Gradients.Decoder.Row(f);
            var encoder = Gradients.Encoder.Row(f);
            new Span<float>(decoder, n).Clear();
            new Span<float>(encoder, n).Clear();
            var bias = Accumulate(_index, f, _error, decoder, encoder);
            if (_auxiliary is { Ran: true })
            {
                bias += Accumulate(_auxiliary.Index, f, _auxiliary.Error, decoder, encoder);
            }

            Gradients.EncoderBias.First[f] = bias;
            if (_removeParallel)
            {
                // The row has norm 1 and keeps it: what points along it would only be lost in the normalisation, after disturbing Adam.
                RowMath.AddScaled(decoder, _weights.Decoder.Row(f), n, -RowMath.Dot(decoder, _weights.Decoder.Row(f), n));
            }

            _latentNorm[f] = RowMath.Dot(decoder, decoder, n) + (double)RowMath.Dot(encoder, encoder, n) + ((double)bias * bias);
        }
    }

    private float Accumulate(LatentIndex index, int f, PaddedMatrix error, float* decoder, float* encoder)
    {
        var tokens = index.Tokens(f);
        var gradients = index.Gradients(f);
        RowMath.AddWeightedRows(decoder, error.Stride, error.First, tokens, index.Values(f));
        RowMath.AddWeightedRows(encoder, Input.Stride, Input.First, tokens, gradients);
        var bias = 0f;
        foreach (var gradient in gradients)
        {
            bias += gradient;
        }

        return bias;
    }
}
