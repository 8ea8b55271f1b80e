using Emergence.Stages.Sae.Cores.Tensors;
using static TorchSharp.torch;

namespace Emergence.Stages.Tests.Sae.Cores.Tensors;

public sealed class TensorSelectionTests
{
    [Theory]
    [InlineData(1, 1, 1, 3)]
    [InlineData(5, 7, 3, 3)]
    [InlineData(9, 33, 32, 3)]
    [InlineData(9, 33, 33, 3)]
    [InlineData(40, 130, 17, 3)]
    [InlineData(40, 130, 17, 200)]
    [InlineData(40, 130, 122, 200)]
    public void Selections_are_those_of_a_stable_sort_unless_they_say_that_they_are_unsure(int rows, int width, int k, int values)
    {
        using var scope = NewDisposeScope();
        var random = new Random(rows + width);
        // Row 1 has nothing above 0.
        var numbers = Enumerable.Range(0, rows * width).Select(i => (float)(i / width == 1 ? 0 : random.Next(0, values))).ToArray();
        var activations = tensor(numbers).reshape(rows, width);
        var expected = numbers.Chunk(width).SelectMany(row => Sorted(row, k)).ToArray();
        var least = expected.Where(v => v > 0).DefaultIfEmpty().Min();
        var into = ones_like(activations);

        Assert.Equal(least, TensorSelection.KeepCounting(activations, k, into).item<float>());
        Assert.Equal(expected, Numbers(into));

        var (unsure, bound) = TensorSelection.Keep(activations, k, into.fill_(1));
        Assert.Equal(values == 3 && k < width - 8, unsure.item<bool>());
        Assert.Equal(least, bound.item<float>());
        if (!unsure.item<bool>())
        {
            Assert.Equal(expected, Numbers(into));
        }

        TensorSelection.KeepCounting(activations, k, activations);
        Assert.Equal(expected, Numbers(activations));
    }

    private static float[] Numbers(Tensor values) => values.reshape(-1).data<float>().ToArray();

    private static float[] Sorted(float[] values, int k)
    {
        var kept = Enumerable.Range(0, values.Length).OrderByDescending(i => values[i]).Take(k).ToHashSet();
        return values.Select((v, i) => kept.Contains(i) ? v : 0).ToArray();
    }
}
