using static TorchSharp.torch;

namespace Emergence.Stages.Models;

/// <summary>What a forward pass hands out on its way: the tensors at some hooks.</summary>
internal sealed class HookTap
{
    private readonly Action<int, Tensor> _take;
    private readonly Dictionary<Hook, int> _index = [];

    /// <summary>Taps hooks.</summary>
    /// <param name="hooks">At least one, none twice.</param>
    /// <param name="take">Called with a hook's index in the list and its tensor <c>[N, d]</c>, which it must copy at once and not change.</param>
    public HookTap(IReadOnlyList<Hook> hooks, Action<int, Tensor> take)
    {
        _take = take;
        for (var i = 0; i < hooks.Count; i++)
        {
            _index.Add(hooks[i], i);
        }

        Deepest = hooks.MaxBy(h => h.Order);
    }

    /// <summary>The hook that is computed last.</summary>
    public Hook Deepest { get; }

    public bool Wants(int layer, HookPoint point) => _index.ContainsKey(new Hook(layer, point));

    public void Take(int layer, HookPoint point, Tensor tensor)
    {
        if (_index.TryGetValue(new Hook(layer, point), out var index))
        {
            _take(index, tensor);
        }
    }
}
