using Emergence.Stages.Tokens;

namespace Emergence.Stages.Tests.Tokens;

public sealed class TrainingStreamTests
{
    private static readonly TokenDocument[] s_documents = Enumerable.Range(0, 7)
        .Select(d => new TokenDocument($"d{d}", Enumerable.Range(0, 3 + (5 * d)).Select(i => (d * 1000) + i).ToArray()))
        .ToArray();

    private readonly TrainingStream _stream = new(s_documents, 11);

    [Fact]
    public void A_pass_gives_every_token_once_documents_whole_and_in_seeded_order()
    {
        var tokens = Tokens(_stream, 0, (int)_stream.TokenCount);
        var expected = SeededOrder.Permutation(7, 11, 0).SelectMany(d => s_documents[d].Tokens).Select(t => (long)t);
        Assert.Equal(expected, tokens);
        Assert.NotEqual(s_documents.SelectMany(d => d.Tokens).Select(t => (long)t), tokens);
    }

    [Fact]
    public void The_next_pass_has_another_order_of_the_same_tokens()
    {
        var count = (int)_stream.TokenCount;
        var first = Tokens(_stream, 0, count);
        var second = Tokens(_stream, count, count);
        Assert.NotEqual(first, second);
        Assert.Equal(first.Order(), second.Order());
    }

    [Fact]
    public void Any_position_reads_what_the_whole_stream_has_there()
    {
        var whole = Tokens(_stream, 0, 1000);
        for (var position = 0; position < 900; position++)
        {
            var batch = new TrainingStream(s_documents, 11).Read(position, 3, 17);
            Assert.Equal(whole[position..(position + 51)], batch.Tokens);
        }
    }

    [Fact]
    public void Sources_name_where_each_row_begins()
    {
        foreach (var batch in _stream.Batches(4, 9, start: 5, count: 30))
        {
            for (var row = 0; row < 4; row++)
            {
                var source = batch.Rows[row];
                Assert.Equal(9, source.Count);
                Assert.Equal(s_documents[source.Document].Tokens[source.Start], batch.Tokens[row * 9]);
            }
        }
    }

    [Fact]
    public void Batches_follow_each_other_without_gap_and_begin_anew_at_each_enumeration()
    {
        var batches = _stream.Batches(2, 8, start: 3, count: 20);
        var joined = batches.SelectMany(b => b.Tokens).ToArray();
        Assert.Equal(Tokens(_stream, 3, 320), joined);
        Assert.Equal(joined, batches.SelectMany(b => b.Tokens));
        Assert.Equal(_stream.TokenCount / 16, _stream.BatchesPerPass(2, 8));
    }

    [Fact]
    public void Without_a_count_the_stream_does_not_end() =>
        Assert.Equal(200, _stream.Batches(2, 64).Take(200).Count());

    [Fact]
    public void Positions_far_beyond_memory_are_read() =>
        Assert.Equal(8, _stream.Read(long.MaxValue / 2, 2, 4).TokenCount);

    [Fact]
    public void Several_threads_read_the_same()
    {
        var expected = Enumerable.Range(0, 64).Select(b => _stream.Read(b * 40, 4, 10).Tokens).ToArray();
        Parallel.For(0, 640, i => Assert.Equal(expected[i % 64], _stream.Read(i % 64 * 40, 4, 10).Tokens));
    }

    [Fact]
    public void An_empty_text_or_document_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new TrainingStream([], 0));
        Assert.Throws<ArgumentException>(() => new TrainingStream([new TokenDocument("d", [])], 0));
    }

    private static long[] Tokens(TrainingStream stream, long position, int count) => stream.Read(position, 1, count).Tokens;
}
