using System.Numerics;
using Emergence.Stages.Curves.Labels;

namespace Emergence.Stages.Curves.Resampling;

/// <summary>
/// <c>best_f1</c> for many versions of the data (bootstrap draws, permutations) at once: for each, the feature of highest F1 on the
/// even-numbered documents is scored on the odd ones and the reverse. Features are offered one after another in ascending
/// order; of equals the first stays.
/// </summary>
/// <remarks>
/// A half in which no feature fires on the category contributes 0. Where a category has no token in one of the halves nothing
/// can be chosen or scored there and the statistic is not defined.
/// </remarks>
internal sealed class SplitSelection
{
    private readonly FacetColumns _columns;
    private readonly int[][] _inside;

    // [half][version, column]: the highest F1 on that half so far, and the F1 of the same feature on the other half.
    private readonly double[][] _best;
    private readonly double[][] _score;

    /// <summary>Makes a selection in which nothing has been offered.</summary>
    /// <param name="columns">Layout of the columns.</param>
    /// <param name="inside"><c>[half][version, column]</c>: tokens of each category.</param>
    public SplitSelection(FacetColumns columns, int[][] inside)
    {
        _columns = columns;
        _inside = inside;
        _best = [new double[inside[0].Length], new double[inside[0].Length]];
        _score = [new double[inside[0].Length], new double[inside[0].Length]];
    }

    /// <summary>Number of versions.</summary>
    public int Versions => _inside[0].Length / _columns.Width;

    /// <summary>Forgets what was offered.</summary>
    public void Reset()
    {
        foreach (var values in (double[][])[.. _best, .. _score])
        {
            Array.Clear(values);
        }
    }

    /// <summary>Whether the category has tokens in both halves of a version.</summary>
    public bool IsDefined(int version, int column) => _inside[0][version * _columns.Width + column] > 0 && _inside[1][version * _columns.Width + column] > 0;

    /// <summary>best_f1 of a version; 0 where it is not defined.</summary>
    public double Value(int version, int column)
    {
        var at = version * _columns.Width + column;
        return IsDefined(version, column) ? (_score[0][at] + _score[1][at]) / 2 : 0;
    }

    /// <summary>Offers a feature.</summary>
    /// <param name="even"><c>[version, column]</c>: firings on each category in the even-numbered documents, and in the columns of labelled tokens their sum.</param>
    /// <param name="odd">The same in the odd-numbered documents.</param>
    public void Offer(int[] even, int[] odd)
    {
        for (var version = 0; version < Versions; version++)
        {
            foreach (var segment in _columns.Segments)
            {
                var at = version * _columns.Width + segment.Start;
                var labelledEven = even[at + segment.Count];
                var labelledOdd = odd[at + segment.Count];
                if ((labelledEven | labelledOdd) == 0)
                {
                    continue;
                }

                // 2x / (X + n); the sum is at least 1 so that 0 / 0 does not arise.
                for (var end = at + segment.Count; at < end; at += Vector<int>.Count)
                {
                    Ratios(even, _inside[0], at, labelledEven, out var evenLow, out var evenHigh);
                    Ratios(odd, _inside[1], at, labelledOdd, out var oddLow, out var oddHigh);
                    Keep(0, at, evenLow, oddLow);
                    Keep(0, at + Vector<double>.Count, evenHigh, oddHigh);
                    Keep(1, at, oddLow, evenLow);
                    Keep(1, at + Vector<double>.Count, oddHigh, evenHigh);
                }
            }
        }
    }

    private static void Ratios(int[] firings, int[] inside, int at, int labelled, out Vector<double> low, out Vector<double> high)
    {
        var x = new Vector<int>(firings, at);
        var sum = Vector.Max(new Vector<int>(inside, at) + new Vector<int>(labelled), Vector<int>.One);
        Vector.Widen(x + x, out var xLow, out var xHigh);
        Vector.Widen(sum, out var sumLow, out var sumHigh);
        low = Vector.ConvertToDouble(xLow) / Vector.ConvertToDouble(sumLow);
        high = Vector.ConvertToDouble(xHigh) / Vector.ConvertToDouble(sumHigh);
    }

    private void Keep(int half, int at, Vector<double> here, Vector<double> other)
    {
        var best = new Vector<double>(_best[half], at);
        var better = Vector.GreaterThan(here, best);
        if (Vector.EqualsAll(better, Vector<long>.Zero))
        {
            return;
        }

        Vector.ConditionalSelect(better, here, best).CopyTo(_best[half], at);
        Vector.ConditionalSelect(better, other, new Vector<double>(_score[half], at)).CopyTo(_score[half], at);
    }
}
