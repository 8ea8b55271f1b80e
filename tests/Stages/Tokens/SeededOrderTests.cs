using Emergence.Stages.Tokens;

namespace Emergence.Stages.Tests.Tokens;

public sealed class SeededOrderTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    public void A_permutation_holds_every_item_once(int count) =>
        Assert.Equal(Enumerable.Range(0, count), SeededOrder.Permutation(count, 7).Order());

    [Fact]
    public void Seed_and_draw_decide_the_order()
    {
        var order = SeededOrder.Permutation(50, 1, 2);
        Assert.Equal(order, SeededOrder.Permutation(50, 1, 2));
        Assert.NotEqual(order, SeededOrder.Permutation(50, 2, 2));
        Assert.NotEqual(order, SeededOrder.Permutation(50, 1, 3));
        Assert.NotEqual(SeededOrder.Permutation(50, 2, 1), order);
    }

    [Fact]
    public void The_order_of_a_seed_does_not_change_between_versions() =>
        Assert.Equal(Expected, SeededOrder.Permutation(10, 42));

    [Fact]
    public void Every_place_is_equally_likely()
    {
        var counts = new int[5, 5];
        for (var seed = 0UL; seed < 5000; seed++)
        {
            var order = SeededOrder.Permutation(5, seed);
            for (var i = 0; i < 5; i++)
            {
                counts[i, order[i]]++;
            }
        }

        // 5000 draws, one in five: mean 1000, standard deviation 28.
        foreach (var count in counts)
        {
            Assert.InRange(count, 1000 - 120, 1000 + 120);
        }
    }

    // Computed with an independent program.
    private static readonly int[] Expected = [6, 4, 5, 2, 8, 9, 3, 7, 1, 0];
}
