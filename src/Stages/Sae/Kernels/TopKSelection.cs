namespace Emergence.Stages.Sae.Kernels;

/// <summary>The k greatest latents of every token.</summary>
internal sealed unsafe class TopKSelection : ILatentSelection
{
    private const int Piece = 64;

    private readonly KernelThreads _threads;
    private readonly RowSelection[] _selections;
    private readonly Action<int, int, int> _kernel;
    private PaddedMatrix _products = null!;
    private PaddedMatrix _bias = null!;
    private SparseCodes _into = null!;
    private int _k;

    /// <param name="threads">Who works.</param>
    /// <param name="selections">Scratch of each worker.</param>
    public TopKSelection(KernelThreads threads, RowSelection[] selections)
    {
        _threads = threads;
        _selections = selections;
        _kernel = Rows;
    }

    public void Select(PaddedMatrix products, PaddedMatrix bias, int rows, SparseCodes into) => Select(products, bias, rows, into, into.K);

    /// <summary>The same with a smaller k than there is room for.</summary>
    public void Select(PaddedMatrix products, PaddedMatrix bias, int rows, SparseCodes into, int k)
    {
        (_products, _bias, _into, _k) = (products, bias, into, k);
        _threads.For(rows, Piece, _kernel);
    }

    private void Rows(int begin, int end, int worker)
    {
        var selection = _selections[worker];
        for (var r = begin; r < end; r++)
        {
            var count = selection.TopK(_products.Row(r), _bias.First, _k);
            _into.Set(r, r * _into.K, selection.Indices[..count], selection.Values[..count]);
        }
    }
}
