namespace Emergence.Stages.Models.Kernels;

/// <summary>Copies what stands at the hooks of one piece to where it belongs in the captured batch, padding left out.</summary>
/// <param name="hooks">The hooks.</param>
/// <param name="outputs">For each hook the batch's activations, <c>[real tokens, d]</c>.</param>
/// <param name="width">d.</param>
internal sealed unsafe class RowTap(IReadOnlyList<Hook> hooks, nint[] outputs, int width)
{
    private int _length;
    private int[] _counts = [];
    private long _first;

    /// <summary>Begins with another piece.</summary>
    /// <param name="length">Tokens of its rows.</param>
    /// <param name="counts">Real tokens of each of its rows.</param>
    /// <param name="first">Real tokens of the batch before it.</param>
    public void Begin(int length, int[] counts, long first) => (_length, _counts, _first) = (length, counts, first);

    public bool Wants(int layer, HookPoint point) => Find(layer, point) >= 0;

    /// <summary>Copies, where the hook is wanted.</summary>
    /// <param name="layer">The block.</param>
    /// <param name="point">The place in it.</param>
    /// <param name="values">What stands there, one row a token.</param>
    public void Take(int layer, HookPoint point, FloatRows values)
    {
        if (Find(layer, point) is not (var index and >= 0))
        {
            return;
        }

        var to = (float*)outputs[index] + (_first * width);
        for (var row = 0; row < _counts.Length; row++)
        {
            for (var t = 0; t < _counts[row]; t++, to += width)
            {
                values.Values((row * _length) + t).CopyTo(new Span<float>(to, width));
            }
        }
    }

    private int Find(int layer, HookPoint point)
    {
        for (var i = 0; i < hooks.Count; i++)
        {
            if (hooks[i].Layer == layer && hooks[i].Point == point)
            {
                return i;
            }
        }

        return -1;
    }
}
