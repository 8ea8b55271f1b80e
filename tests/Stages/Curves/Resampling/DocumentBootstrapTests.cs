using Emergence.Stages.Curves.Labels;
using Emergence.Stages.Curves.Resampling;

namespace Emergence.Stages.Tests.Curves.Resampling;

public class DocumentBootstrapTests
{
    [Theory]
    [InlineData(14)]
    [InlineData(13)]
    public void Each_draw_replaces_even_documents_by_even_ones_and_odd_by_odd(int documents)
    {
        var probe = TestProbe.Random(1, documents);
        var bootstrap = new DocumentBootstrap(Labelling.Real(probe, new FacetColumns(probe.Facets)), documents, 300, 1);

        Assert.All(bootstrap.Weights(0).ToArray(), w => Assert.Equal(1, w));
        var sums = new int[documents];
        for (var version = 1; version <= 300; version++)
        {
            var weights = bootstrap.Weights(version).ToArray();
            Assert.Equal((documents + 1) / 2, weights.Where((_, d) => d % 2 == 0).Sum());
            Assert.Equal(documents / 2, weights.Where((_, d) => d % 2 == 1).Sum());
            for (var d = 0; d < documents; d++)
            {
                sums[d] += weights[d];
            }
        }

        // Each document is drawn about once per draw: 300 draws, standard deviation about 16.
        Assert.All(sums, s => Assert.InRange(s, 220, 380));
        Assert.True(bootstrap.Weights(1).ToArray().Max() > 1);
    }

    [Fact]
    public void Single_document_can_be_resampled()
    {
        var probe = TestProbe.Random(1, 1);
        var bootstrap = new DocumentBootstrap(Labelling.Real(probe, new FacetColumns(probe.Facets)), 1, 20, 1);

        Assert.Equal([1], bootstrap.Weights(20).ToArray());
    }
}
