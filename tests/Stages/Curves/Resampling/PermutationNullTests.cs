using Emergence.Stages.Curves.Association;
using Emergence.Stages.Curves.Labels;
using Emergence.Stages.Curves.Resampling;

namespace Emergence.Stages.Tests.Curves.Resampling;

public class PermutationNullTests
{
    [Theory]
    [InlineData(99)]
    [InlineData(102)]
    public void Counts_under_every_permutation_are_those_of_the_permuted_labels(int count)
    {
        var probe = TestProbe.Random(8);
        var columns = new FacetColumns(probe.Facets);
        var real = Labelling.Real(probe, columns);
        var permutations = new LabelPermutations(probe, real, count, 3);
        var counts = new DocumentCounts(probe, columns);
        var counter = new PermutationNull(probe, columns, permutations);
        var random = new Random(1);

        // Twice, so that what one feature leaves behind would show in the next.
        for (var feature = 0; feature < 2; feature++)
        {
            var tokens = Enumerable.Range(0, probe.TokenCount).Where(_ => random.Next(3) == 0).ToArray();
            counts.Fill(tokens, real);
            var tables = counter.Count(tokens, counts);
            for (var p = 0; p < count; p++)
            {
                var permuted = permutations.Labelling(p);
                foreach (var segment in columns.Segments)
                {
                    for (var half = 0; half < 2; half++)
                    {
                        var own = tokens.Where(t => probe.DocumentOf(t) % 2 == half).Select(t => (int)permuted.Labels[segment.Facet][t]).ToArray();
                        for (var c = 0; c < segment.Count; c++)
                        {
                            Assert.Equal(own.Count(l => l == c), tables[half][p * columns.Width + segment.Start + c]);
                        }

                        Assert.Equal(own.Count(l => l < segment.Count), tables[half][p * columns.Width + segment.Labelled]);
                    }
                }
            }
        }
    }
}
