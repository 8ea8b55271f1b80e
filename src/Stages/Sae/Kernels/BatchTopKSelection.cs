namespace Emergence.Stages.Sae.Kernels;

/// <summary>
/// The B·k greatest latents of a batch of B tokens; of equal ones the first by token, then by latent. A bound guessed from the batch
/// before thins the values out in one pass; the guess only costs time when it is wrong, the selection is always exact.
/// </summary>
internal sealed unsafe class BatchTopKSelection : ILatentSelection
{
    private const int Piece = 32;
    private const int SampleRows = 32;
    private const float Margin = 0.8f;

    private readonly KernelThreads _threads;
    private readonly RowSelection[] _selections;
    private readonly Action<int, int, int> _kernel;
    private readonly Candidates[] _pieces;
    private readonly int[] _counts;
    private readonly float[] _sample = new float[SampleRows];
    private float[] _work = [];
    private PaddedMatrix _products = null!;
    private PaddedMatrix _bias = null!;
    private float _bound;
    private float _last;

    /// <param name="rows">Most tokens of a batch.</param>
    /// <param name="threads">Who works.</param>
    /// <param name="selections">Scratch of each worker.</param>
    public BatchTopKSelection(int rows, KernelThreads threads, RowSelection[] selections)
    {
        _threads = threads;
        _selections = selections;
        _counts = new int[rows];
        _pieces = new Candidates[(rows + Piece - 1) / Piece];
        for (var i = 0; i < _pieces.Length; i++)
        {
            _pieces[i] = new Candidates();
        }

        _kernel = Rows;
    }

    /// <summary>Smallest value the latest batch kept; 0 when it kept none.</summary>
    public float SmallestKept => _last;

    public void Select(PaddedMatrix products, PaddedMatrix bias, int rows, SparseCodes into)
    {
        (_products, _bias) = (products, bias);
        var wanted = rows * into.K;
        var total = _last > 0 ? Gather(rows, _last * Margin) : 0;
        if (total < wanted)
        {
            total = Gather(rows, Sample(rows, into.K) * Margin);
        }

        if (total < wanted)
        {
            total = Gather(rows, float.Epsilon);
        }

        _last = total > wanted ? Last(rows, total, wanted) : Smallest(rows);
        Keep(rows, into, total > wanted ? wanted : total);
    }

    private int Gather(int rows, float bound)
    {
        _bound = Math.Max(bound, float.Epsilon);
        foreach (var piece in _pieces)
        {
            piece.Count = 0;
        }

        _threads.For(rows, Piece, _kernel);
        var total = 0;
        foreach (var piece in _pieces)
        {
            total += piece.Count;
        }

        return total;
    }

    private void Rows(int begin, int end, int worker)
    {
        var selection = _selections[worker];
        var piece = _pieces[begin / Piece];
        for (var r = begin; r < end; r++)
        {
            _counts[r] = selection.AtLeast(_products.Row(r), _bias.First, _bound);
            piece.Add(selection.Indices[.._counts[r]], selection.Values[.._counts[r]]);
        }
    }

    // The middle one of some tokens' own k-th values is near the batch's threshold.
    private float Sample(int rows, int k)
    {
        var n = Math.Min(rows, SampleRows);
        for (var i = 0; i < n; i++)
        {
            var row = (int)((long)i * rows / n);
            var count = _selections[0].TopK(_products.Row(row), _bias.First, k);
            var least = count == k ? float.MaxValue : 0;
            foreach (var value in _selections[0].Values[..count])
            {
                least = Math.Min(least, value);
            }

            _sample[i] = least;
        }

        return QuickSelect.Greatest(_sample.AsSpan(0, n), (n + 1) / 2);
    }

    private float Last(int rows, int total, int wanted)
    {
        if (_work.Length < total)
        {
            _work = GC.AllocateUninitializedArray<float>(total + (total / 4));
        }

        var done = 0;
        for (var p = 0; p * Piece < rows; p++)
        {
            _pieces[p].Values.AsSpan(0, _pieces[p].Count).CopyTo(_work.AsSpan(done));
            done += _pieces[p].Count;
        }

        return QuickSelect.Greatest(_work.AsSpan(0, total), wanted);
    }

    private float Smallest(int rows)
    {
        var least = float.PositiveInfinity;
        for (var p = 0; p * Piece < rows; p++)
        {
            foreach (var value in _pieces[p].Values.AsSpan(0, _pieces[p].Count))
            {
                least = Math.Min(least, value);
            }
        }

        return float.IsInfinity(least) ? 0 : least;
    }

    private void Keep(int rows, SparseCodes into, int wanted)
    {
        var greater = 0;
        for (var p = 0; p * Piece < rows; p++)
        {
            foreach (var value in _pieces[p].Values.AsSpan(0, _pieces[p].Count))
            {
                greater += value > _last ? 1 : 0;
            }
        }

        var equalsLeft = wanted - greater;
        var kept = 0;
        for (var r = 0; r < rows; r++)
        {
            var piece = _pieces[r / Piece];
            var at = r % Piece == 0 ? 0 : piece.Read;
            var end = at + _counts[r];
            into.Starts[r] = kept;
            for (; at < end; at++)
            {
                var value = piece.Values[at];
                if (value < _last || (value == _last && equalsLeft-- <= 0))
                {
                    continue;
                }

                into.Latents[kept] = piece.Latents[at];
                into.Values[kept++] = value;
            }

            piece.Read = end;
            into.Counts[r] = kept - into.Starts[r];
        }
    }

    /// <summary>Values of a few rows that reach the bound, row after row.</summary>
    private sealed class Candidates
    {
        public int[] Latents = [];
        public float[] Values = [];
        public int Count;
        public int Read;

        public void Add(ReadOnlySpan<int> latents, ReadOnlySpan<float> values)
        {
            if (Count + latents.Length > Values.Length)
            {
                var size = Math.Max(1024, 2 * (Count + latents.Length));
                Array.Resize(ref Latents, size);
                Array.Resize(ref Values, size);
            }

            latents.CopyTo(Latents.AsSpan(Count));
            values.CopyTo(Values.AsSpan(Count));
            Count += latents.Length;
        }
    }
}
