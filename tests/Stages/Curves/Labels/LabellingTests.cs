using Emergence.Stages.Curves.Labels;
using Emergence.Stages.Tokens;

namespace Emergence.Stages.Tests.Curves.Labels;

public class LabellingTests
{
    [Fact]
    public void Token_counts_are_those_of_the_documents()
    {
        var probe = TestProbe.Random(4);
        var columns = new FacetColumns(probe.Facets);
        var labelling = Labelling.Real(probe, columns);
        foreach (var segment in columns.Segments)
        {
            var labels = probe.Labels(segment.Facet);
            for (var c = 0; c < segment.Count; c++)
            {
                var column = segment.Start + c;
                for (var d = 0; d < probe.Documents.Count; d++)
                {
                    var own = labels[probe.FirstToken[d]..probe.FirstToken[d + 1]];
                    Assert.Equal(own.Count(l => l == c), labelling.Inside[d * columns.Width + column]);
                    Assert.Equal(own.Count(l => l >= 0 && l != c), labelling.Outside[d * columns.Width + column]);
                }

                Assert.Equal(labels.Count(l => l == c), labelling.TotalInside[column]);
                Assert.Equal(labels.Count(l => l >= 0 && l != c), labelling.TotalOutside[column]);
                Assert.Equal(labelling.TotalInside[column], labelling.InsideByHalf[0][column] + labelling.InsideByHalf[1][column]);
                Assert.Equal(Enumerable.Range(0, labels.Length).Count(t => labels[t] == c && probe.DocumentOf(t) % 2 == 0), labelling.InsideByHalf[0][column]);
            }
        }
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(-2, 0)]
    [InlineData(0, 1)]
    public void Label_that_does_not_fit_its_facet_is_refused_with_its_place(short first, short second)
    {
        Facet[] facets = [new("genre", FacetKind.Document, ["a", "b"])];
        var probe = new ProbeSet(facets, [new LabelledDocument("d7", [1, 2], [[first, second]])]);

        var error = Assert.Throws<ArgumentException>(() => Labelling.Real(probe, new FacetColumns(facets)));

        Assert.Contains("d7", error.Message, StringComparison.Ordinal);
        Assert.Contains("genre", error.Message, StringComparison.Ordinal);
    }
}
