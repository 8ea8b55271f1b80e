using Emergence.Stages.Curves.Labels;
using Emergence.Stages.Tokens;

namespace Emergence.Stages.Tests.Curves.Labels;

public class LabelPermutationsTests
{
    private readonly ProbeSet _probe = TestProbe.Random(6);
    private readonly FacetColumns _columns;
    private readonly Labelling _real;

    public LabelPermutationsTests()
    {
        _columns = new FacetColumns(_probe.Facets);
        _real = Labelling.Real(_probe, _columns);
    }

    [Fact]
    public void Token_labels_are_rotated_within_each_document()
    {
        var permutations = new LabelPermutations(_probe, _real, 10, 1);
        var offsets = new HashSet<int>();
        for (var p = 0; p < 10; p++)
        {
            var permuted = permutations.Labelling(p);
            for (var d = 0; d < _probe.Documents.Count; d++)
            {
                var before = Of(_real.Labels[1], d);
                var after = Of(permuted.Labels[1], d);
                var offset = permutations.Offsets[1][d * 10 + p];
                Assert.Equal(before.Select((_, t) => before[(t + offset) % before.Length]), after);
                offsets.Add(offset);
            }

            Assert.Equal(_real.Inside.Where((_, at) => at % _columns.Width >= 16), permuted.Inside.Where((_, at) => at % _columns.Width >= 16));
        }

        Assert.True(offsets.Count > 20, "rotations differ between documents and permutations");
    }

    [Fact]
    public void Document_labels_are_permuted_within_each_half()
    {
        var permutations = new LabelPermutations(_probe, _real, 10, 1);
        var before = Enumerable.Range(0, _probe.Documents.Count).Select(d => _real.Labels[0][_probe.FirstToken[d]]).ToArray();
        var moved = 0;
        for (var p = 0; p < 10; p++)
        {
            var labels = permutations.Labelling(p).Labels[0];
            var after = Enumerable.Range(0, _probe.Documents.Count).Select(d => Assert.Single(Of(labels, d).Distinct())).ToArray();
            for (var half = 0; half < 2; half++)
            {
                Assert.Equal(before.Where((_, d) => d % 2 == half).Order(), after.Where((_, d) => d % 2 == half).Order());
            }

            moved += before.Where((l, d) => l != after[d]).Count();
        }

        Assert.True(moved > 30);
    }

    [Fact]
    public void Tokens_by_half_are_those_of_the_whole_labelling()
    {
        var permutations = new LabelPermutations(_probe, _real, 5, 1);
        for (var p = 0; p < 5; p++)
        {
            var whole = permutations.Labelling(p);
            for (var half = 0; half < 2; half++)
            {
                Assert.Equal(whole.InsideByHalf[half], permutations.InsideByHalf[half][(p * _columns.Width)..((p + 1) * _columns.Width)]);
            }
        }
    }

    [Fact]
    public void Seed_decides_and_facets_draw_apart()
    {
        Assert.Equal(new LabelPermutations(_probe, _real, 5, 1).Offsets[1], new LabelPermutations(_probe, _real, 5, 1).Offsets[1]);
        Assert.NotEqual(new LabelPermutations(_probe, _real, 5, 1).Offsets[1], new LabelPermutations(_probe, _real, 5, 2).Offsets[1]);
        Assert.NotEqual(new LabelPermutations(_probe, _real, 5, 1).DocumentLabels[0], new LabelPermutations(_probe, _real, 5, 2).DocumentLabels[0]);
    }

    private ushort[] Of(ushort[] labels, int d) => labels[_probe.FirstToken[d].._probe.FirstToken[d + 1]];
}
