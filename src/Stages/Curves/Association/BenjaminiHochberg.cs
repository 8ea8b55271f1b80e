namespace Emergence.Stages.Curves.Association;

/// <summary>
/// The step-up procedure of Benjamini and Hochberg (1995) over m tests: <c>q_(i) = min over j ≥ i of p_(j) · m / j</c>, at most 1.
/// Tests that cannot be made count among the m with p = 1.
/// </summary>
internal static class BenjaminiHochberg
{
    /// <summary>
    /// The greatest p-value whose q is below <paramref name="level"/>; −1 when there is none. <c>p ≤ Cut</c> and <c>q &lt; level</c>
    /// choose the same tests. Only p-values below the level can matter, so only those are needed.
    /// </summary>
    /// <param name="smallest">All p-values below the level, in any order; sorted on return.</param>
    /// <param name="tests">m.</param>
    /// <param name="level">Between 0 and 1.</param>
    public static double Cut(Span<double> smallest, long tests, double level)
    {
        smallest.Sort();
        for (var i = smallest.Length - 1; i >= 0; i--)
        {
            if (smallest[i] * tests / (i + 1) < level)
            {
                return smallest[i];
            }
        }

        return -1;
    }

    /// <summary>Writes the q of each p-value.</summary>
    /// <param name="p">All p-values that are not simply 1; sorted on return.</param>
    /// <param name="place">What each belongs to; moved along.</param>
    /// <param name="tests">m, at least as many.</param>
    /// <param name="q">Written at each place.</param>
    public static void Adjust(Span<double> p, Span<int> place, long tests, Span<double> q)
    {
        p.Sort(place);
        var least = 1.0;
        for (var i = p.Length - 1; i >= 0; i--)
        {
            least = Math.Min(least, p[i] * tests / (i + 1));
            q[place[i]] = least;
        }
    }
}
