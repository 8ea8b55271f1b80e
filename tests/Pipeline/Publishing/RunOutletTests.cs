using Apache.Arrow;
using Apache.Arrow.Ipc;
using Emergence.Pipeline.Progress;
using Emergence.Pipeline.Settings;
using Emergence.Sinks.Arrow;
using Emergence.Sinks.Kafka.Publishing;
using Emergence.Sinks.RunFolder;
using Emergence.TestKit.Kafka;
using Emergence.TestKit.Runs;

namespace Emergence.Pipeline.Tests.Publishing;

[Collection(AloneCollection.Name)]
public sealed class RunOutletTests
{
    private readonly PublishedRun _published = new();

    [Fact]
    public async Task Every_commit_of_a_run_is_published_and_told_of()
    {
        using var tiny = new TinyRun(0, 1, 2);
        var told = await _published.RunAsync(tiny);
        Assert.Equal([0L, 1L, 2L], _published.Notices.Select(n => n.Step));
        Assert.Equal(RunFolderReader.Open(tiny.Run()).ReadCommits().Select(c => c.Hash), _published.Notices.Select(n => n.Hash));
        Assert.Equal([0L, 1L, 2L], told.OfType<StepPublished>().Select(p => p.Step));
        Assert.Equal(0, told.OfType<StepPublished>().Last().Waiting);
        Assert.Equal(new PublishingEnded(2, 0, 0), Assert.Single(told.OfType<PublishingEnded>()));
        Assert.IsType<RunEnded>(told[^1]);
        Assert.All(_published.Notices, n => Assert.Equal(n.Messages, TableSchema.Each.Sum(t => _published.Log.Committed(_published.Kafka.Topics.Of(t)).Count(m => m.Header("step") == $"{n.Step}"))));

        // Again: nothing is new.
        Assert.Empty((await _published.RunAsync(tiny)).OfType<StepPublished>());
        Assert.Equal(3, _published.Notices.Count);
    }

    [Fact]
    public async Task The_curves_of_each_layer_are_in_topic_live_before_the_step_is_committed_and_say_that_they_are_partial()
    {
        using var tiny = new TinyRun(0, 1);
        var live = new List<int>();
        await _published.RunAsync(tiny, then: e =>
        {
            if (e is CheckpointCommitted)
            {
                live.Add(_published.Log.Committed(_published.Kafka.Topics.Live).Count);
            }
        });
        Assert.Equal([2, 4], live);
        var messages = _published.Log.Committed(_published.Kafka.Topics.Live);
        Assert.Equal(["run/0", "run/0", "run/1", "run/1"], messages.Select(m => m.Key).Order());
        foreach (var message in messages)
        {
            using var reader = new ArrowStreamReader(new MemoryStream(message.Value!));
            using var batch = reader.ReadNextRecordBatch()!;
            Assert.Equal(5, batch.Length);
            var partial = Assert.IsType<BooleanArray>(batch.Column(batch.Schema.GetFieldIndex("partial")));
            Assert.All(Enumerable.Range(0, batch.Length), row => Assert.True(partial.GetValue(row)));
        }
    }

    [Fact]
    public async Task A_broker_that_never_answers_holds_nothing_up_and_the_next_start_sends_what_is_left()
    {
        using var tiny = new TinyRun(0, 1, 2);
        _published.Log.Presence = ModelPresence.Silent;
        var told = await _published.RunAsync(tiny, wait: 0);
        Assert.Equal([0L, 1L, 2L], told.OfType<CheckpointCommitted>().Select(c => c.Result.Step));
        var ended = Assert.Single(told.OfType<PublishingEnded>());
        Assert.Equal((null, 3), (ended.LastStep, ended.Unpublished));
        Assert.True(ended.LiveLost >= 6, $"{ended.LiveLost} lost");
        _published.Log.Presence = ModelPresence.Here;
        Assert.Empty(_published.Notices);
        Assert.Equal(new PublishingEnded(2, 0, 0), Assert.Single((await _published.RunAsync(tiny)).OfType<PublishingEnded>()));
        Assert.Equal([0L, 1L, 2L], _published.Notices.Select(n => n.Step));
    }

    [Fact]
    public async Task A_run_that_another_process_takes_over_ends_and_says_so_with_what_was_in_work_committed()
    {
        using var tiny = new TinyRun(0, 1, 2);
        var e = await Assert.ThrowsAsync<PublisherFencedException>(() => _published.RunAsync(tiny, then: told =>
        {
            if (told is StepPublished { Step: 0 })
            {
                using var other = _published.Log.Connect("other").OpenTransactional(_published.Kafka.Topics.TransactionalId("run"));
                other.InitialiseAsync(CancellationToken.None).GetAwaiter().GetResult();
            }
        }));
        Assert.Contains("another process has taken over publishing \"run\"", e.Message, StringComparison.Ordinal);
        Assert.Single(_published.Notices);
        Assert.NotEmpty(RunFolderReader.Open(tiny.Run()).ListSteps());

        // The next start takes it over in its turn.
        await _published.RunAsync(tiny);
        Assert.Equal([0L, 1L, 2L], _published.Notices.Select(n => n.Step));
    }

    [Fact]
    public async Task Topics_that_are_not_there_end_a_run_with_how_to_make_them()
    {
        using var tiny = new TinyRun(0);
        var e = await Assert.ThrowsAsync<SettingsException>(() => new PublishedRun(topics: false).RunAsync(tiny));
        Assert.Equal(7, e.Problems.Count);
        Assert.All(e.Problems, p => Assert.Contains("--create-topics", p.Remedy, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_refusal_is_published_once_however_often_it_is_looked_at_and_replaced_when_it_is_mended()
    {
        using var tiny = new TinyRun(0, 1);
        var weights = Path.Combine(tiny.Checkpoints, "step1", "model.safetensors");
        var whole = File.ReadAllBytes(weights);
        File.WriteAllBytes(weights, whole[..^10]);
        await _published.RunAsync(tiny);
        await _published.RunAsync(tiny);
        Assert.Equal([(1, false), (2, true)], _published.Notices.Select(n => ((int)n.Sequence, n.Refused)));
        File.WriteAllBytes(weights, whole);
        await _published.RunAsync(tiny);
        Assert.Equal([(1, false), (2, true), (3, false)], _published.Notices.Select(n => ((int)n.Sequence, n.Refused)));
        Assert.Equal([0L, 1L, 1L], _published.Notices.Select(n => n.Step));
    }
}
