using Emergence.Stages.Firing;
using Emergence.Stages.Tests.Curves;

namespace Emergence.Stages.Tests.Firing;

public class FeatureFiringsTests
{
    [Fact]
    public void Each_feature_has_its_tokens_ascending_with_their_activations()
    {
        var probe = TestProbe.Random(2);
        var activations = TestProbe.RandomActivations(probe, 9, 2);
        var firings = new FeatureFirings();

        firings.Fill(TestProbe.Log(probe, activations));

        AssertHolds(activations, firings);
    }

    [Fact]
    public void Refilling_with_fewer_features_and_firings_leaves_nothing_of_the_old()
    {
        var probe = TestProbe.Random(2);
        var firings = new FeatureFirings();
        firings.Fill(TestProbe.Log(probe, TestProbe.RandomActivations(probe, 12, 2)));
        var activations = TestProbe.RandomActivations(probe, 5, 3);

        firings.Fill(TestProbe.Log(probe, activations));

        AssertHolds(activations, firings);
    }

    [Fact]
    public void Log_of_many_chunks_comes_through_whole()
    {
        // 400 000 firings: more than one chunk of the log, with batches that lie across the seam.
        var probe = TestProbe.Regular(1, 4, 1000, 2, 3);
        var activations = Enumerable.Range(0, 100).Select(f => Enumerable.Range(0, 4000).Select(t => 1f + f + t).ToArray()).ToArray();
        var firings = new FeatureFirings();

        firings.Fill(TestProbe.Log(probe, activations, 300));

        Assert.Equal(400_000, firings.Count);
        AssertHolds(activations, firings);
    }

    [Fact]
    public void Incomplete_log_is_refused()
    {
        Assert.Throws<InvalidOperationException>(() => new FeatureFirings().Fill(new FiringLog(TestProbe.Random(1), 3)));
    }

    private static void AssertHolds(float[][] activations, FeatureFirings firings)
    {
        Assert.Equal(activations.Length, firings.FeatureCount);
        for (var f = 0; f < activations.Length; f++)
        {
            var tokens = Enumerable.Range(0, activations[f].Length).Where(t => activations[f][t] > 0).ToArray();
            Assert.Equal(tokens, firings.Tokens(f).ToArray());
            Assert.Equal(tokens.Select(t => activations[f][t]), firings.Values(f).ToArray());
        }
    }
}
