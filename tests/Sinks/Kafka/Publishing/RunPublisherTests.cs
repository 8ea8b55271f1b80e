using Emergence.Sinks.Arrow;
using Emergence.Sinks.Kafka.Client;
using Emergence.Sinks.Kafka.Publishing;
using Emergence.Sinks.Kafka.Records;
using Emergence.Sinks.RunFolder;
using Emergence.Sinks.Tests.Arrow;
using Emergence.Sinks.Tests.RunFolder;
using Emergence.Stages.Input;
using Emergence.TestKit.Kafka;

namespace Emergence.Sinks.Tests.Kafka.Publishing;

public sealed class RunPublisherTests : IDisposable
{
    private readonly OutboxSetup _setup = new();

    public void Dispose() => _setup.Dispose();

    [Fact]
    public void Each_commit_is_published_once_with_its_headers_and_a_second_call_publishes_nothing()
    {
        _setup.Commit(1, 8);
        using var publisher = _setup.Publisher(_setup.Log.Connect());
        _setup.Wait(publisher.PublishPendingAsync(CancellationToken.None));
        _setup.Check();
        Assert.Equal((2, 8L), (publisher.PublishedSequence, publisher.Published!.Step));
        _setup.Wait(publisher.PublishPendingAsync(CancellationToken.None));
        _setup.Publish(_setup.Log.Connect());
        _setup.Check();

        var message = _setup.Log.Committed(OutboxSetup.Topics.Of(Tables.Health)).Single(m => m.Key == "nightly/1" && m.Header("step") == "8");
        Assert.Equal(
            ["content-type=application/vnd.apache.arrow.stream", "emergence-table=health", "emergence-schema-version=1", "run=nightly", "step=8", "layer=1", "part=1", "parts=1", "sequence=2"],
            message.Headers.Select(h => $"{h.Key}={h.Value}"));
        var rows = ArrowTables.ReadStream(new MemoryStream(message.Value!), "message", Tables.Health, SampleResults.Empty(8)).Health;
        Assert.Equal(13, Assert.Single(rows).LmLoss);
        var ofNoLayer = _setup.Log.Committed(OutboxSetup.Topics.Of(Tables.Events))[0];
        Assert.Equal(("nightly", null), (ofNoLayer.Key, ofNoLayer.Header("layer")));
        var notices = _setup.Log.Committed(OutboxSetup.Topics.Commits);
        Assert.Equal(["nightly", "nightly"], notices.Select(n => n.Key));
        var notice = CommitNotice.Read(notices[1].Value)!;
        Assert.Equal(("nightly", null, 2, 8, 3, "emergence 0.1.0", 80), (notice.Run, notice.Group, notice.Sequence, notice.Step, notice.Messages, notice.Producer, notice.TokensSeen));
        Assert.Equal([(1, 1), (2, 0)], _setup.Told.OfType<CommitPublished>().Select(p => ((int)p.Commit.Sequence, p.Pending)));
    }

    [Fact]
    public void A_table_that_is_larger_than_a_message_may_be_is_split()
    {
        using (var store = _setup.Open())
        {
            store.Commit(SampleResults.Make(1, 1, features: 400), SampleRun.Details, SampleRun.Parts);
        }

        const int Bytes = 20_000;
        _setup.Publish(_setup.Log.Connect(), options => options with { MessageBytes = Bytes });
        Assert.Null(Reference.Fault(_setup.Log, OutboxSetup.Topics, _setup.Run, bytes: Bytes));
        var parts = _setup.Log.Committed(OutboxSetup.Topics.Of(Tables.Features)).Where(m => m.Key == "nightly/2").ToList();
        Assert.True(parts.Count > 1);
        Assert.Equal(Enumerable.Range(1, parts.Count).Select(p => $"{p} of {parts.Count}"), parts.Select(p => $"{p.Header("part")} of {p.Header("parts")}"));
        Assert.All(parts, p => Assert.True(p.Value!.Length <= Bytes));
    }

    [Fact]
    public void A_layer_group_publishes_its_layers_under_a_key_and_an_id_of_its_own()
    {
        _setup.Commit(1);
        _setup.Publish(_setup.Log.Connect(), options => options with { Group = "layers-0-0", Layers = layer => layer is null or 0 });
        Assert.Equal(["nightly/0"], _setup.Log.Committed(OutboxSetup.Topics.Of(Tables.Health)).Select(m => m.Key));
        Assert.Single(_setup.Log.Committed(OutboxSetup.Topics.Of(Tables.Events)));
        _setup.Publish(_setup.Log.Connect(), options => options with { Group = "layers-1-1", Layers = layer => layer is 1 });
        Assert.Equal(["nightly/0", "nightly/1"], _setup.Log.Committed(OutboxSetup.Topics.Of(Tables.Health)).Select(m => m.Key).Order());
        Assert.Single(_setup.Log.Committed(OutboxSetup.Topics.Of(Tables.Events)));
        Assert.Equal(["nightly/layers-0-0", "nightly/layers-1-1"], _setup.Log.Committed(OutboxSetup.Topics.Commits).Select(m => m.Key).Order());
    }

    [Fact]
    public void Offsets_are_part_of_the_last_transaction_or_of_one_of_their_own()
    {
        _setup.Commit(1, 8);
        var membership = _setup.Log.Rebalance("workers");
        var ends = new List<long?>();
        using var publisher = _setup.Publisher(_setup.Log.Connect("p", call =>
        {
            ends.Add(_setup.Log.Offset("workers", "work", 0));
            return null;
        }));
        _setup.Wait(publisher.PublishPendingAsync([new MessagePlace("work", 0, 7)], membership, CancellationToken.None));
        Assert.All(ends, end => Assert.Null(end));
        Assert.Equal(7, _setup.Log.Offset("workers", "work", 0));
        _setup.Wait(publisher.PublishPendingAsync([new MessagePlace("work", 0, 8)], membership, CancellationToken.None));
        Assert.Equal(8, _setup.Log.Offset("workers", "work", 0));
        _setup.Check();
    }

    [Fact]
    public void Offsets_of_a_commit_whose_outcome_was_in_doubt_are_not_sent_again_when_it_went_through()
    {
        _setup.Commit(1);
        var membership = _setup.Log.Rebalance("workers");
        var sent = 0;
        using var publisher = _setup.Publisher(_setup.Log.Connect("p", call =>
        {
            sent += call.Operation == ModelOperation.SendOffsets ? 1 : 0;
            return call.Operation == ModelOperation.Commit ? new ModelFault(FailureKind.ProducerLost, true) : null;
        }));
        _setup.Wait(publisher.PublishPendingAsync([new MessagePlace("work", 0, 7)], membership, CancellationToken.None));
        Assert.Equal((7, 1), (_setup.Log.Offset("workers", "work", 0), sent));
        _setup.Check();
    }

    [Fact]
    public void A_commit_is_on_the_disk_before_it_is_published()
    {
        _setup.Commit(1);
        List<string> flushed = [];
        var commits = new RunFolderCommits(RunFolderReader.Open(_setup.Run), flushed.Add);
        Assert.NotNull(commits.ReadMessages(commits.ReadCommits()[0], 1_000_000, null).First());
        Assert.Equal([_setup.Run], flushed);
    }

    [Fact]
    public void A_membership_that_is_over_publishes_nothing_and_says_so()
    {
        _setup.Commit(1);
        var membership = _setup.Log.Rebalance("workers");
        _setup.Log.Rebalance("workers");
        using var publisher = _setup.Publisher(_setup.Log.Connect());
        var e = Assert.Throws<OffsetsRefusedException>(() => _setup.Wait(publisher.PublishPendingAsync([new MessagePlace("work", 0, 7)], membership, CancellationToken.None)));
        Assert.Contains("group workers", e.Message, StringComparison.Ordinal);
        Assert.Empty(_setup.Log.Committed(OutboxSetup.Topics.Commits));
        Assert.Equal(0, _setup.Log.Open);
    }

    [Fact]
    public void Again_sends_everything_behind_what_is_there()
    {
        _setup.Commit(1, 8, 16);
        _setup.Publish(_setup.Log.Connect());
        _setup.Publish(_setup.Log.Connect(), options => options with { Again = true });
        Assert.Equal([1, 2, 3, 1, 2, 3], Sequences());
        _setup.Publish(_setup.Log.Connect(), options => options with { Again = true, FromStep = 5 });
        Assert.Equal([1, 2, 3, 1, 2, 3, 2, 3], Sequences());
        _setup.Publish(_setup.Log.Connect());
        Assert.Null(Reference.Fault(_setup.Log, OutboxSetup.Topics, _setup.Run, repeats: 2));
    }

    [Fact]
    public void Another_run_of_the_same_name_is_refused_with_what_to_do()
    {
        _setup.Commit(1, 8);
        _setup.Publish(_setup.Log.Connect());
        Directory.Delete(_setup.Run, recursive: true);
        _setup.Commit(1);
        var older = Assert.Throws<BadInputException>(() => _setup.Publish(_setup.Log.Connect()));
        Assert.Equal("commit 2", older.Place);
        Assert.Contains("this folder ends with commit 1", older.Problem, StringComparison.Ordinal);
        Assert.Contains("publish --again", older.Remedy, StringComparison.Ordinal);
        _setup.Commit(16, 32);
        Assert.Contains("the topics hold another run", Assert.Throws<BadInputException>(() => _setup.Publish(_setup.Log.Connect())).Problem, StringComparison.Ordinal);
        _setup.Publish(_setup.Log.Connect(), options => options with { Again = true });
        Assert.Equal([1, 2, 1, 2, 3], Sequences());
    }

    [Fact]
    public void What_stands_in_the_place_of_the_cursor_is_refused_when_it_is_none()
    {
        _setup.Commit(1);
        using var producer = _setup.Log.Connect().OpenBestEffort();
        producer.Send(new KafkaMessage(OutboxSetup.Topics.Commits, "nightly", "{}"u8.ToArray(), []));
        var e = Assert.Throws<BadInputException>(() => _setup.Publish(_setup.Log.Connect()));
        Assert.Contains("emergence.commits[", e.File, StringComparison.Ordinal);
    }

    [Fact]
    public void A_newer_publisher_fences_the_older_one_which_says_so_and_stops_for_good()
    {
        _setup.Commit(1);
        using var older = _setup.Publisher(_setup.Log.Connect("older"));
        _setup.Wait(older.PublishPendingAsync(CancellationToken.None));
        using var newer = _setup.Publisher(_setup.Log.Connect("newer"));
        _setup.Wait(newer.OpenAsync(CancellationToken.None));
        _setup.Commit(8);
        for (var i = 0; i < 2; i++)
        {
            var e = Assert.Throws<PublisherFencedException>(() => _setup.Wait(older.PublishPendingAsync(CancellationToken.None)));
            Assert.Contains("another process has taken over publishing \"nightly\" (transactional id emergence:nightly)", e.Message, StringComparison.Ordinal);
        }

        _setup.Wait(newer.PublishPendingAsync(CancellationToken.None));
        _setup.Check();
    }

    [Fact]
    public void What_Kafka_refuses_is_not_tried_again()
    {
        _setup.Commit(1);
        var client = new ModelLog(_setup.Clock).Connect();
        Assert.Contains("there is no topic emergence.commits", Assert.Throws<PublishRefusedException>(() => _setup.Publish(client)).Message, StringComparison.Ordinal);
        Assert.Equal(2, client.Calls);
    }

    [Theory]
    [InlineData(ModelPresence.Refuses)]
    [InlineData(ModelPresence.Silent)]
    public void Who_has_no_patience_is_told_that_the_broker_is_away(ModelPresence presence)
    {
        _setup.Commit(1);
        _setup.Log.Presence = presence;
        var start = _setup.Clock.GetUtcNow();
        var e = Assert.Throws<BrokerAwayException>(() => _setup.Publish(_setup.Log.Connect(), options => options with { Servers = "b:9092", Patience = TimeSpan.FromSeconds(90) }));
        Assert.Contains("Kafka at b:9092 could not be used for ", e.Message, StringComparison.Ordinal);
        Assert.Contains(presence == ModelPresence.Refuses ? ": every broker is down." : ": it does not answer.", e.Message, StringComparison.Ordinal);
        Assert.InRange((_setup.Clock.GetUtcNow() - start).TotalSeconds, 90, 110);
        _setup.Log.Presence = ModelPresence.Here;
        _setup.Publish(_setup.Log.Connect());
        _setup.Check();
    }

    [Fact]
    public void A_damaged_commit_is_named_and_nothing_of_it_is_seen()
    {
        _setup.Commit(1, 8);
        File.WriteAllBytes(Path.Combine(_setup.Run, "step-0000000008", "events.arrow"), [1, 2, 3]);
        var e = Assert.Throws<BadInputException>(() => _setup.Publish(_setup.Log.Connect()));
        Assert.EndsWith("events.arrow", e.File, StringComparison.Ordinal);
        Assert.Equal([1], Sequences());
        Assert.Equal(0, _setup.Log.Open);
    }

    [Fact]
    public void A_refusal_that_is_replaced_before_it_is_published_is_passed_over()
    {
        using (var store = _setup.Open())
        {
            SmallRun.Commit(store, 1);
            store.CommitRefusal(SampleRun.Unused(8), "");
        }

        using var writer = _setup.Open();
        writer.RetractNewestRefusals();
        using var publisher = _setup.Publisher(_setup.Log.Connect("p", call =>
        {
            if (call.Operation == ModelOperation.Commit && writer.LastStep == 1)
            {
                SmallRun.Commit(writer, 8);
            }

            return null;
        }));
        _setup.Wait(publisher.PublishPendingAsync(CancellationToken.None));
        Assert.Equal([1, 3], Sequences());
        _setup.Check();
    }

    private IEnumerable<long> Sequences() => _setup.Log.Committed(OutboxSetup.Topics.Commits).Select(m => CommitNotice.Read(m.Value)!.Sequence);
}
