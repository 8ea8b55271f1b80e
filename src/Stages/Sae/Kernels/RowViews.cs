using static TorchSharp.torch;

namespace Emergence.Stages.Sae.Kernels;

/// <summary>Views of some rows of one matrix, made once each: a step that repeats needs no new handles.</summary>
internal sealed class RowViews : IDisposable
{
    private readonly Dictionary<(int Begin, int Rows), Tensor> _views = [];
    private Tensor? _of;

    /// <summary>Rows <paramref name="begin"/> … of <paramref name="matrix"/>; owned here.</summary>
    public Tensor Of(Tensor matrix, int begin, int rows)
    {
        // Odd batches at the ends of checkpoints come and go: do not keep views of every size for ever.
        if (!ReferenceEquals(matrix, _of) || _views.Count > 16_384)
        {
            Dispose();
            _of = matrix;
        }

        if (!_views.TryGetValue((begin, rows), out var view))
        {
            using var scope = NewDisposeScope();
            view = matrix.narrow(0, begin, rows).DetachFromDisposeScope();
            _views.Add((begin, rows), view);
        }

        return view;
    }

    public void Dispose()
    {
        foreach (var view in _views.Values)
        {
            view.Dispose();
        }

        _views.Clear();
        _of = null;
    }
}
