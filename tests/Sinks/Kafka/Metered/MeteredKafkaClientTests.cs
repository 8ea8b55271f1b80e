using System.Runtime.CompilerServices;
using Emergence.Sinks.Kafka.Client;
using Emergence.Sinks.Kafka.Metered;
using Emergence.TestKit;
using Emergence.TestKit.Telemetry;

namespace Emergence.Sinks.Tests.Kafka.Metered;

/// <summary>What a metered client measures, and that it changes nothing.</summary>
public sealed class MeteredKafkaClientTests
{
    // Topics of one test are not those of another.
    private readonly string _topic = $"topic-{Guid.NewGuid():N}";

    [Fact]
    public async Task Sent_messages_are_counted_by_topic_and_those_that_fail_by_their_error()
    {
        using var recorded = Record();
        using var client = Client(out var inner);
        using var producer = client.OpenTransactional("id");
        producer.Begin();
        await producer.SendAsync(Message(10), default);
        inner.Fails = new KafkaFailureException(FailureKind.Retriable, "Local_QueueFull", "full");
        var thrown = await Assert.ThrowsAsync<KafkaFailureException>(() => producer.SendAsync(Message(20), default));

        Assert.Same(inner.Fails, thrown);
        Assert.Equal([null, "Local_QueueFull"], recorded.Of("messaging.client.sent.messages").Select(m => m.Attributes.GetValueOrDefault("error.type")));
        Assert.All(recorded.Of("messaging.client.sent.messages"), m => Assert.Equal(("kafka", "send"), (m.Attributes["messaging.system"], m.Attributes["messaging.operation.name"])));
        Assert.Equal([10.0], recorded.Of("emergence.kafka.sent.size").Select(m => m.Value));
    }

    [Fact]
    public async Task Calls_that_wait_for_the_broker_are_timed_also_when_they_fail()
    {
        using var recorded = new RecordedMeasurements(KafkaInstruments.MeterName, m => m.Instrument.Name == "messaging.client.operation.duration" && m.Value >= 100);
        using var client = Client(out var inner);
        using var producer = client.OpenTransactional("id");
        inner.Takes = TimeSpan.FromSeconds(100);
        await producer.InitialiseAsync(default);
        producer.Begin();
        await producer.SendOffsetsAsync([], new Membership(), default);
        await producer.CommitAsync(default);
        inner.Fails = new KafkaFailureException(FailureKind.Fenced, "ProducerFenced", "fenced");
        await Assert.ThrowsAsync<KafkaFailureException>(() => producer.AbortAsync(default));

        Assert.Equal(
            [("init_transactions", null), ("send_offsets", null), ("commit_transaction", null), ("abort_transaction", "ProducerFenced")],
            recorded.All.Select(m => ((string)m.Attributes["messaging.operation.name"]!, (string?)m.Attributes.GetValueOrDefault("error.type"))));
        Assert.All(recorded.All, m => Assert.Equal(100, m.Value));
    }

    [Fact]
    public async Task Messages_that_are_read_are_counted_and_passed_on()
    {
        using var recorded = Record();
        using var client = Client(out _);
        var read = await client.ReadToEndAsync(_topic, default).ToListAsync();
        var followed = await client.FollowAsync([_topic], [], default).ToListAsync();

        Assert.Equal([0L, 1L], read.Select(m => m.Place.Offset));
        Assert.Equal([0L, 1L], followed.Select(m => m.Place.Offset));
        Assert.Equal(4, recorded.Of("messaging.client.consumed.messages").Sum(m => m.Value));
    }

    [Fact]
    public async Task Work_on_a_message_of_a_group_is_timed_with_the_name_of_the_group()
    {
        using var recorded = Record();
        using var client = Client(out var inner);
        inner.Takes = TimeSpan.FromSeconds(7);
        var member = new Member(inner);
        await client.JoinAsync("workers", _topic, member, default);

        Assert.Equal(2, member.Received);
        Assert.Equal([7.0, 7.0], recorded.Of("messaging.process.duration").Select(m => m.Value));
        Assert.All(recorded.All, m => Assert.Equal("workers", m.Attributes["messaging.consumer.group.name"]));
        Assert.Equal(2, recorded.Of("messaging.client.consumed.messages").Count);
    }

    [Fact]
    public void Best_effort_messages_are_counted()
    {
        using var recorded = Record();
        using var client = Client(out _);
        using var producer = client.OpenBestEffort();
        producer.Send(Message(5));
        Assert.Equal(3, producer.Lost);
        Assert.Single(recorded.Of("messaging.client.sent.messages"));
        Assert.Equal(5, Assert.Single(recorded.Of("emergence.kafka.sent.size")).Value);
    }

    [Fact]
    public async Task Every_measurement_has_the_unit_and_attributes_that_are_declared()
    {
        using var recorded = Record();
        using var client = Client(out var inner);
        using var producer = client.OpenTransactional("id");
        await producer.SendAsync(Message(1), default);
        await client.JoinAsync("workers", _topic, new Member(inner), default);
        var declared = KafkaInstruments.All.ToDictionary(i => i.Name);

        Assert.All(recorded.All, m =>
        {
            var description = declared[m.Instrument.Name];
            Assert.Equal(description.Unit, m.Instrument.Unit);
            Assert.Empty(m.Attributes.Keys.Except(description.Attributes.Select(a => a.TrimEnd('?'))));
            Assert.Empty(description.Attributes.Where(a => !a.EndsWith('?')).Except(m.Attributes.Keys));
        });
        Assert.All(KafkaInstruments.All, i => Assert.Matches(@"^(messaging\.|emergence\.kafka\.)", i.Name));
    }

    private RecordedMeasurements Record() => new(KafkaInstruments.MeterName, m => (string?)m.Attributes.GetValueOrDefault("messaging.destination.name") == _topic);

    private MeteredKafkaClient Client(out Scripted inner)
    {
        inner = new Scripted(_topic);
        return new MeteredKafkaClient(inner, inner.Time);
    }

    private KafkaMessage Message(int bytes) => new(_topic, "run/0", new byte[bytes], []);

    private sealed class Membership : IGroupMembership
    {
        public string Group => "workers";
    }

    private sealed class Member(Scripted inner) : IGroupMember
    {
        public int Received { get; private set; }

        public Task ReceiveAsync(ReceivedMessage message, IGroupMembership membership, CancellationToken revoked)
        {
            Received++;
            return inner.CallAsync();
        }

        public Task GiveUpAsync(string topic, int partition, bool lost) => Task.CompletedTask;
    }

    /// <summary>A client whose calls take a time and fail when told to.</summary>
    private sealed class Scripted(string topic) : IKafkaClient, ITransactionalProducer, IBestEffortProducer
    {
        public ManualClock Time { get; } = new();

        public TimeSpan Takes { get; set; }

        public KafkaFailureException? Fails { get; set; }

        public long Lost => 3;

        public Task CallAsync()
        {
            Time.Advance(Takes);
            return Fails is null ? Task.CompletedTask : Task.FromException(Fails);
        }

        public ITransactionalProducer OpenTransactional(string transactionalId) => this;

        public IBestEffortProducer OpenBestEffort() => this;

        public async IAsyncEnumerable<ReceivedMessage> ReadToEndAsync(string of, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await CallAsync();
            yield return Received(0);
            yield return Received(1);
        }

        public IAsyncEnumerable<ReceivedMessage> ReadSettledAsync(string of, CancellationToken cancellationToken) => ReadToEndAsync(of, cancellationToken);

        public IAsyncEnumerable<ReceivedMessage> FollowAsync(IReadOnlyCollection<string> topics, IReadOnlyCollection<MessagePlace> from, CancellationToken cancellationToken) =>
            ReadToEndAsync(topics.Single(), cancellationToken);

        public async Task JoinAsync(string group, string of, IGroupMember member, CancellationToken leave)
        {
            await member.ReceiveAsync(Received(0), new Membership(), leave);
            await member.ReceiveAsync(Received(1), new Membership(), leave);
        }

        public Task<IReadOnlyList<TopicDescription>> DescribeAsync(IReadOnlyCollection<string> topics, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task CreateAsync(IReadOnlyCollection<TopicPlan> topics, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task InitialiseAsync(CancellationToken cancellationToken) => CallAsync();

        public void Begin()
        {
        }

        public void Send(KafkaMessage message)
        {
        }

        public Task SendAsync(KafkaMessage message, CancellationToken cancellationToken) => CallAsync();

        public Task SendOffsetsAsync(IReadOnlyCollection<MessagePlace> next, IGroupMembership membership, CancellationToken cancellationToken) => CallAsync();

        public Task CommitAsync(CancellationToken cancellationToken) => CallAsync();

        public Task AbortAsync(CancellationToken cancellationToken) => CallAsync();

        public void Dispose()
        {
        }

        private ReceivedMessage Received(long offset) => new(new MessagePlace(topic, 0, offset), null, [], [], DateTimeOffset.UnixEpoch);
    }
}
