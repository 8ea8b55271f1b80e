using Emergence.Stages.Sae.Cores.Tensors;
using static TorchSharp.torch;

namespace Emergence.Stages.Tests.Sae.Cores.Tensors;

public sealed class TensorSelectionTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(5, 7, 3)]
    [InlineData(9, 33, 32)]
    [InlineData(9, 33, 33)]
    [InlineData(40, 130, 17)]
    public void Selections_at_ties_are_those_of_a_stable_sort(int rows, int features, int k)
    {
        using var scope = NewDisposeScope();
        var random = new Random(rows + features);
        // Three values at most: the bound always lies among equal ones, of which a row may have none above 0.
        var values = Enumerable.Range(0, rows * features).Select(i => (float)(i / features == 1 ? 0 : random.Next(0, 3))).ToArray();
        var activations = tensor(values).reshape(rows, features);

        var into = zeros_like(activations);
        TensorSelection.KeepPerToken(activations, k, into);
        Assert.Equal(values.Chunk(features).SelectMany(row => Sorted(row, k)), into.reshape(-1).data<float>().ToArray());

        var least = TensorSelection.KeepOverBatch(activations, k, into);
        var expected = Sorted(values, rows * k);
        Assert.Equal(expected, into.reshape(-1).data<float>().ToArray());
        Assert.Equal(expected.Where(v => v > 0).DefaultIfEmpty().Min(), least.item<float>());
    }

    private static float[] Sorted(float[] values, int k)
    {
        var kept = Enumerable.Range(0, values.Length).OrderByDescending(i => values[i]).Take(k).ToHashSet();
        return values.Select((v, i) => kept.Contains(i) ? v : 0).ToArray();
    }
}
