using Emergence.Stages.Curves.Association;

namespace Emergence.Stages.Tests.Curves.Association;

public class BenjaminiHochbergTests
{
    [Fact]
    public void Adjusts_the_fifteen_p_values_of_the_paper()
    {
        // Benjamini and Hochberg (1995), table of the thrombolysis study: four hypotheses are rejected at 0.05.
        double[] p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.000];
        var q = new double[15];

        BenjaminiHochberg.Adjust([.. p], Enumerable.Range(0, 15).ToArray(), 15, q);

        Assert.Equal(4, q.Count(v => v < 0.05));
        Assert.Equal(0.0001 * 15, q[0], 1e-15);
        Assert.Equal(0.0095 * 15 / 4, q[3], 1e-15);
        Assert.Equal(0.0298 * 15 / 7, q[5], 1e-15); // a later, smaller one takes over
        Assert.Equal(0.0095, BenjaminiHochberg.Cut([.. p.Where(v => v < 0.05).Reverse()], 15, 0.05));
    }

    [Fact]
    public void Cut_chooses_exactly_those_with_q_below_the_level()
    {
        var random = new Random(1);
        for (var trial = 0; trial < 200; trial++)
        {
            // Rounded so that ties occur; the rest of the tests has p = 1.
            var p = Enumerable.Range(0, 40).Select(_ => Math.Round(Math.Pow(random.NextDouble(), 3), 3)).ToArray();
            var q = Enumerable.Repeat(1.0, 40).ToArray();
            BenjaminiHochberg.Adjust([.. p], Enumerable.Range(0, 40).ToArray(), 60, q);

            var cut = BenjaminiHochberg.Cut([.. p.Where(v => v < 0.05)], 60, 0.05);

            for (var i = 0; i < p.Length; i++)
            {
                Assert.Equal(q[i] < 0.05, p[i] <= cut);
                Assert.Equal(p.Where(o => o >= p[i]).Min(o => Math.Min(1, o * 60 / p.Count(r => r <= o))), q[i], 1e-12);
            }
        }
    }

    [Fact]
    public void Nothing_significant_gives_a_cut_below_every_p()
    {
        Assert.Equal(-1, BenjaminiHochberg.Cut([], 10, 0.05));
        Assert.Equal(-1, BenjaminiHochberg.Cut([0.04], 10, 0.05));
    }
}
