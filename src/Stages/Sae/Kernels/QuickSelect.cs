namespace Emergence.Stages.Sae.Kernels;

/// <summary>The n-th greatest of a set of numbers.</summary>
internal static class QuickSelect
{
    /// <summary>
    /// Value of rank <paramref name="rank"/> (1 = greatest) among <paramref name="values"/>, which are reordered. No value may be NaN.
    /// Expected linear time; pivots are medians of three, so the course is the same every time.
    /// </summary>
    public static float Greatest(Span<float> values, int rank)
    {
        var wanted = rank - 1;
        var low = 0;
        var high = values.Length - 1;
        while (low < high)
        {
            var pivot = MedianOfThree(values[low], values[low + ((high - low) >> 1)], values[high]);
            var i = low;
            var j = high;
            while (i <= j)
            {
                while (values[i] > pivot)
                {
                    i++;
                }

                while (values[j] < pivot)
                {
                    j--;
                }

                if (i <= j)
                {
                    (values[i], values[j]) = (values[j], values[i]);
                    i++;
                    j--;
                }
            }

            if (wanted <= j)
            {
                high = j;
            }
            else if (wanted >= i)
            {
                low = i;
            }
            else
            {
                return values[wanted];
            }
        }

        return values[wanted];
    }

    private static float MedianOfThree(float a, float b, float c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}
