using Emergence.Stages.Sae.Kernels;

namespace Emergence.Stages.Tests.Sae.Kernels;

public sealed class LatentIndexTests
{
    [Fact]
    public void It_holds_every_entry_once_in_token_order_with_the_error_row_of_its_prefix()
    {
        var first = new CodePiece(2, 1);
        first.Add([1, 4], [10, 11]);
        first.Add([], []);
        var second = new CodePiece(2, 1);
        second.Add([0, 1, 4], [12, 13, 14]);
        for (var i = 0; i < 3; i++)
        {
            first.Slopes[i] = i;
            second.Slopes[i] = 10 + i;
        }

        var index = new LatentIndex(6, 3, 1);
        // Twice: what an earlier batch left must not show.
        for (var round = 0; round < 2; round++)
        {
            index.CountPiece(0, first);
            index.CountPiece(1, second);
            index.Place(2);
            index.FillPiece(1, second, 2, 2, 3, [2, 6], 8);
            index.FillPiece(0, first, 0, 2, 3, [2, 6], 8);
        }

        Assert.Equal([1, 2, 0, 0, 2, 0], Enumerable.Range(0, 6).Select(f => index.Of(f).Length));
        Assert.Equal([0, 2], index.Of(1).ToArray().Select(e => e.Token));
        Assert.Equal([0, 2], index.Of(1).ToArray().Select(e => e.Error));
        Assert.Equal([0, 2], index.Of(4).ToArray().Select(e => e.Token));
        Assert.Equal([8, 10], index.Of(4).ToArray().Select(e => e.Error));
        Assert.Equal([22, 28], index.Of(4).ToArray().Select(e => e.Value));
        Assert.Equal([3, 36], index.Of(4).ToArray().Select(e => e.Slope));
    }

    [Fact]
    public void A_piece_keeps_what_is_above_the_threshold_and_the_first_of_its_equals()
    {
        var codes = new CodePiece(3, 1);
        codes.Add([0, 1, 2], [5, 3, 4]);
        codes.Add([7], [3]);
        codes.Add([3, 4], [3, 9]);
        codes.Keep(3, 2);
        Assert.Equal([0, 1, 2, 7, 4], codes.Latents[..codes.Count]);
        Assert.Equal([5, 3, 4, 3, 9], codes.Values[..codes.Count]);
        Assert.Equal([3, 4, 5], Enumerable.Range(0, 3).Select(codes.EndOf));
    }
}
