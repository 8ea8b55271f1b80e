using Emergence.Stages.Firing;
using Emergence.Stages.Tests.Curves;
using Emergence.Stages.Tokens;

namespace Emergence.Stages.Tests.Firing;

public class FiringLogTests
{
    private readonly ProbeSet _probe = TestProbe.Random(1);

    [Fact]
    public void Counts_every_token_and_firing_and_is_complete_at_the_end_only()
    {
        var activations = TestProbe.RandomActivations(_probe, 6, 1);
        var log = new FiringLog(_probe, 6);
        var firings = 0;
        foreach (var rows in TestProbe.Rows(_probe, 9).Chunk(3))
        {
            Assert.False(log.IsComplete);
            var batch = TestProbe.Firings(_probe, activations, rows);
            log.Add(new TokenBatch(new long[27], 9, rows), batch);
            firings += batch.Count;
        }

        Assert.True(log.IsComplete);
        Assert.Equal(_probe.TokenCount, log.TokenCount);
        Assert.Equal(activations.Sum(f => f.Count(v => v > 0)), log.Count);
        Assert.Equal(firings, log.Count);
    }

    [Fact]
    public void After_reset_it_takes_another_checkpoint()
    {
        var log = TestProbe.Log(_probe, TestProbe.RandomActivations(_probe, 5, 1));
        var others = TestProbe.RandomActivations(_probe, 5, 2);

        log.Reset();
        Assert.Equal((0, 0), (log.TokenCount, log.Count));
        TestProbe.Fill(log, others);

        Assert.Equal(others.Sum(f => f.Count(v => v > 0)), log.Count);
    }

    public static TheoryData<string, RowSource[]> WrongRows => new()
    {
        { "not next in probe order", [new RowSource(0, 1, 1)] },
        { "not next in probe order", [new RowSource(1, 0, 1)] },
        { "outside the probe set", [new RowSource(-1, 0, 1)] },
        { "outside the probe set", [new RowSource(99, 0, 1)] },
        { "outside the probe set", [new RowSource(0, 0, 0)] },
        { "outside the probe set", [new RowSource(0, 0, 10_000)] },
        { "outside the probe set", [new RowSource(0, -1, 2)] },
    };

    [Theory]
    [MemberData(nameof(WrongRows))]
    public void Rows_that_are_not_next_are_refused_and_change_nothing(string problem, RowSource[] rows)
    {
        var log = new FiringLog(_probe, 3);
        var firings = new TokenFirings();
        for (var t = 0; t < rows.Sum(r => r.Count); t++)
        {
            firings.EndToken();
        }

        var error = Assert.Throws<ArgumentException>(() => log.Add(new TokenBatch([], 1, rows), firings));

        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Equal(0, log.TokenCount);
    }

    [Theory]
    [InlineData(3, 1f)] // there are features 0 to 2
    [InlineData(-1, 1f)]
    [InlineData(1, 0f)]
    [InlineData(1, -1f)]
    [InlineData(1, float.NaN)]
    [InlineData(1, float.PositiveInfinity)]
    [InlineData(0, 1f)] // 0 has fired on that token already
    public void Firings_that_cannot_be_are_refused(int feature, float value)
    {
        var log = new FiringLog(_probe, 3);
        var firings = new TokenFirings();
        firings.Add(0, 1);
        firings.Add(feature, value);
        firings.EndToken();

        Assert.Throws<ArgumentException>(() => log.Add(new TokenBatch([0], 1, [new RowSource(0, 0, 1)]), firings));
        Assert.Equal(0, log.Count);
    }

    [Fact]
    public void Firings_of_more_or_fewer_tokens_than_the_batch_are_refused()
    {
        var log = new FiringLog(_probe, 3);
        var firings = new TokenFirings();
        firings.EndToken();
        firings.EndToken();

        Assert.Throws<ArgumentException>(() => log.Add(new TokenBatch([0], 1, [new RowSource(0, 0, 1)]), firings));
    }

    [Fact]
    public void Sae_that_is_not_sparse_is_refused_before_it_fills_the_memory()
    {
        var probe = TestProbe.Regular(1, 2, 10, 1, 1);
        var dense = Enumerable.Range(0, 4).Select(_ => Enumerable.Repeat(1f, 20).ToArray()).ToArray();
        var log = new FiringLog(probe, 4, maxMeanFirings: 3);

        Assert.Throws<InvalidOperationException>(() => TestProbe.Fill(log, dense, 5));
        Assert.True(log.Count <= 60);
    }
}
