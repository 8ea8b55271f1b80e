using System.Buffers.Binary;
using Emergence.TestBroker.Server;
using Emergence.TestBroker.Transactions;
using Emergence.TestBroker.Wire;
using static Emergence.Broker.Tests.TestBroker.BatchBytes;

namespace Emergence.Broker.Tests.TestBroker;

/// <summary>The errors that Apache Kafka 3.x answers, version by version.</summary>
public sealed class ErrorCodeTests : IAsyncLifetime
{
    private const string Topic = "t";
    private const int MessageMaxBytes = 1_048_588;
    private readonly Emergence.TestKit.ManualClock _clock = new();
    private TransactionalBroker _broker = null!;
    private WireClient _client = null!;

    public async Task InitializeAsync()
    {
        _broker = TransactionalBroker.Start(new BrokerOptions { Clock = _clock });
        _client = new WireClient(_broker.Port);
        await _client.CreateAsync(Topic);
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _broker.DisposeAsync();
    }

    [Fact]
    public async Task A_batch_sent_again_is_told_its_place_and_not_appended()
    {
        Assert.Equal((ErrorCode.None, 0), await _client.ProduceAsync(Topic, Make(5, 0, 0, records: 3)));
        Assert.Equal((ErrorCode.None, 3), await _client.ProduceAsync(Topic, Make(5, 0, 3)));
        Assert.Equal((ErrorCode.None, 0), await _client.ProduceAsync(Topic, Make(5, 0, 0, records: 3)));
        Assert.Equal((4, 4), _broker.EndOf(Topic, 0));
    }

    [Fact]
    public async Task A_gap_or_a_first_batch_that_is_none_is_out_of_order()
    {
        Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, (await _client.ProduceAsync(Topic, Make(5, 0, 1))).Error);
        Assert.Equal(ErrorCode.None, (await _client.ProduceAsync(Topic, Make(5, 0, 0))).Error);
        Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, (await _client.ProduceAsync(Topic, Make(5, 0, 2))).Error);
        Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, (await _client.ProduceAsync(Topic, Make(5, 1, 1))).Error);
        Assert.Equal(ErrorCode.None, (await _client.ProduceAsync(Topic, Make(5, 1, 0))).Error);
        Assert.Equal(ErrorCode.InvalidProducerEpoch, (await _client.ProduceAsync(Topic, Make(5, 0, 1))).Error);
    }

    [Theory]
    [InlineData(60, ErrorCode.CorruptMessage)]
    [InlineData(17, ErrorCode.CorruptMessage)]
    [InlineData(16, ErrorCode.UnsupportedForMessageFormat)]
    [InlineData(11, ErrorCode.CorruptMessage)]
    public async Task A_damaged_batch_is_refused(int place, ErrorCode expected)
    {
        var batch = Make(-1, -1, -1);
        batch[place] ^= 1;
        Assert.Equal(expected, (await _client.ProduceAsync(Topic, batch)).Error);
    }

    [Theory]
    [InlineData(26)] // last offset delta
    [InlineData(60)] // number of records
    [InlineData(61)] // length of the first record
    [InlineData(22)] // attributes: compression by a codec that is none, or another value of the bit
    public async Task A_batch_whose_records_are_not_what_it_says_is_refused(int place)
    {
        var batch = Make(-1, -1, -1, records: 2);
        batch[place] ^= place == 22 ? (byte)7 : (byte)4;
        Seal(batch);
        Assert.Equal(ErrorCode.InvalidRecord, (await _client.ProduceAsync(Topic, batch)).Error);
    }

    [Fact]
    public async Task A_batch_over_the_limit_is_too_large()
    {
        var batch = new byte[MessageMaxBytes + 1];
        Make(-1, -1, -1).CopyTo(batch, 0);
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(8), batch.Length - 12);
        Assert.Equal(ErrorCode.MessageTooLarge, (await _client.ProduceAsync(Topic, batch)).Error);
    }

    [Fact]
    public async Task A_fenced_producer_is_told_so_by_the_word_that_its_version_knows()
    {
        var (_, id, epoch) = await _client.InitialiseAsync("id");
        Assert.Equal(ErrorCode.None, await _client.AddAsync("id", id, epoch, Topic));
        Assert.Equal(ErrorCode.ConcurrentTransactions, (await _client.InitialiseAsync("id")).Error);
        var (_, _, next) = await _client.InitialiseAsync("id");
        Assert.Equal(epoch + 2, next);
        Assert.Equal(ErrorCode.ProducerFenced, await _client.AddAsync("id", id, epoch, Topic, version: 2));
        Assert.Equal(ErrorCode.InvalidProducerEpoch, await _client.AddAsync("id", id, epoch, Topic, version: 1));
        Assert.Equal(ErrorCode.ProducerFenced, await _client.EndAsync("id", id, epoch, commit: true, version: 2));
        Assert.Equal(ErrorCode.InvalidProducerEpoch, await _client.EndAsync("id", id, epoch, commit: true, version: 1));
        Assert.Equal(ErrorCode.ProducerFenced, (await _client.InitialiseAsync("id", version: 4, id, epoch)).Error);
        Assert.Equal(ErrorCode.InvalidProducerEpoch, (await _client.InitialiseAsync("id", version: 3, id, epoch)).Error);
        Assert.Equal(ErrorCode.InvalidProducerEpoch, (await _client.ProduceAsync(Topic, Make(id, epoch, 0, transactional: true), "id")).Error);
        Assert.Equal(ErrorCode.InvalidProducerIdMapping, await _client.EndAsync("id", id + 99, next, commit: true));
        Assert.Equal(ErrorCode.InvalidProducerIdMapping, await _client.EndAsync("other", id, next, commit: true));
    }

    [Fact]
    public async Task A_producer_that_goes_on_after_an_error_gets_the_next_epoch_and_the_same_one_when_it_asks_again()
    {
        var (_, id, epoch) = await _client.InitialiseAsync("id");
        var next = await _client.InitialiseAsync("id", version: 4, id, epoch);
        Assert.Equal((ErrorCode.None, id, (short)(epoch + 1)), next);
        Assert.Equal(next, await _client.InitialiseAsync("id", version: 4, id, epoch));
    }

    [Fact]
    public async Task Ending_a_transaction_twice_is_no_error_and_ending_it_otherwise_is_one()
    {
        var (_, id, epoch) = await _client.InitialiseAsync("id");
        Assert.Equal(ErrorCode.InvalidTransactionState, await _client.EndAsync("id", id, epoch, commit: true));
        await _client.AddAsync("id", id, epoch, Topic);
        Assert.Equal(ErrorCode.None, await _client.EndAsync("id", id, epoch, commit: true));
        Assert.Equal(ErrorCode.None, await _client.EndAsync("id", id, epoch, commit: true));
        Assert.Equal(ErrorCode.InvalidTransactionState, await _client.EndAsync("id", id, epoch, commit: false));
        await _client.AddAsync("id", id, epoch, Topic);
        Assert.Equal(ErrorCode.None, await _client.EndAsync("id", id, epoch, commit: false));
        Assert.Equal(ErrorCode.None, await _client.EndAsync("id", id, epoch, commit: false));
        Assert.Equal(ErrorCode.InvalidTransactionState, await _client.EndAsync("id", id, epoch, commit: true));
    }

    [Fact]
    public async Task A_transactional_batch_is_taken_only_in_a_partition_of_the_transaction()
    {
        var (_, id, epoch) = await _client.InitialiseAsync("id");
        var batch = Make(id, epoch, 0, transactional: true);
        Assert.Equal(ErrorCode.InvalidTransactionState, (await _client.ProduceAsync(Topic, batch, "id")).Error);
        Assert.Equal(ErrorCode.TransactionalIdAuthorizationFailed, (await _client.ProduceAsync(Topic, batch)).Error);
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, await _client.AddAsync("id", id, epoch, "nowhere"));
        Assert.Equal(TransactionPhase.Empty, _broker.PhaseOf("id"));
        Assert.Equal(ErrorCode.None, await _client.AddAsync("id", id, epoch, Topic));
        Assert.Equal(ErrorCode.None, (await _client.ProduceAsync(Topic, batch, "id")).Error);
        Assert.Equal(ErrorCode.InvalidTransactionState, (await _client.ProduceAsync(Topic, Make(id, epoch, 1))).Error);
        Assert.Equal((1, 0), _broker.EndOf(Topic, 0));
    }

    [Fact]
    public async Task What_was_sent_in_a_transaction_that_is_over_cannot_come_late()
    {
        var (_, id, epoch) = await _client.InitialiseAsync("id");
        await _client.AddAsync("id", id, epoch, Topic);
        await _client.ProduceAsync(Topic, Make(id, epoch, 0, transactional: true), "id");
        await _client.EndAsync("id", id, epoch, commit: false);
        Assert.Equal(ErrorCode.InvalidTransactionState, (await _client.ProduceAsync(Topic, Make(id, epoch, 1, transactional: true), "id")).Error);
        Assert.Equal((2, 2), _broker.EndOf(Topic, 0));
    }

    [Fact]
    public async Task A_longer_time_than_the_broker_allows_is_refused()
    {
        var answer = (await _client.AskAsync(ApiKey.InitProducerId, 0, request =>
        {
            request.String("id");
            request.Int32(16 * 60 * 1000);
        }))!;
        answer.Int32();
        Assert.Equal(ErrorCode.InvalidTransactionTimeout, (ErrorCode)answer.Int16());
    }

    [Fact]
    public async Task Until_its_markers_are_written_a_transaction_is_in_the_way_of_the_next()
    {
        await using var slow = TransactionalBroker.Start(new BrokerOptions { Clock = _clock, MarkerDelay = TimeSpan.FromSeconds(1) });
        using var client = new WireClient(slow.Port);
        await client.CreateAsync(Topic);
        var (_, id, epoch) = await client.InitialiseAsync("id");
        await client.AddAsync("id", id, epoch, Topic);
        await client.ProduceAsync(Topic, Make(id, epoch, 0, transactional: true), "id");
        Assert.Equal(ErrorCode.None, await client.EndAsync("id", id, epoch, commit: true));
        Assert.Equal((1, 0), slow.EndOf(Topic, 0));
        Assert.Equal(ErrorCode.ConcurrentTransactions, await client.EndAsync("id", id, epoch, commit: true));
        Assert.Equal(ErrorCode.ConcurrentTransactions, await client.AddAsync("id", id, epoch, Topic));
        Assert.Equal(ErrorCode.InvalidTransactionState, await client.EndAsync("id", id, epoch, commit: false));
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal((2, 2), slow.EndOf(Topic, 0));
        Assert.Equal(ErrorCode.None, await client.AddAsync("id", id, epoch, Topic));
    }
}
